package io.jrootfs.builder.text;

import java.util.Locale;

/** Words of others, which must not steer a terminal or look like two lines. */
public final class Printable {
  private Printable() {}

  /**
   * {@code text} with control characters, and the bytes of {@link FileNames} that are not UTF-8,
   * written as {@code \}{@code x1b}.
   */
  public static String of(String text) {
    int safe = 0;
    while (safe < text.length() && !isHidden(text, safe)) {
      safe++;
    }
    if (safe == text.length()) {
      return text; // as nearly all, and trees of thousands are printed
    }
    StringBuilder shown = new StringBuilder(text.length() + 8).append(text, 0, safe);
    for (int i = safe; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHidden(text, i)) {
        shown.append(String.format(Locale.ROOT, "\\x%02x", c & 0xff));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /** Whether a character would not show as itself; all of these are one byte long. */
  private static boolean isHidden(String text, int index) {
    return Character.isISOControl(text.charAt(index)) || FileNames.isEscape(text, index);
  }
}
