package io.jrootfs.builder.tar;

/** Text from an archive, made fit for a terminal. */
final class Printable {
  private static final int LONGEST = 200;

  private Printable() {}

  /** {@code text} with control characters written as {@code \}{@code x1b} and its end cut off. */
  static String of(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format("\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(text.length() > LONGEST ? "..." : "").toString();
  }
}
