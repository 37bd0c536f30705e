package io.jrootfs.builder.rootfs;

import java.util.Locale;

/** Text from a tree or image, which must not draw on a terminal or look like two lines. */
public final class Printable {
  private Printable() {}

  /** {@code text} with control characters written as {@code \}{@code x1b}. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }
}
