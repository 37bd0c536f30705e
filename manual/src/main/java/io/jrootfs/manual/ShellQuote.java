package io.jrootfs.manual;

/** Words as shells read them. */
final class ShellQuote {
  private ShellQuote() {}

  /** In bash and zsh nothing but the quote itself means anything between single quotes. */
  static String posix(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** In fish a backslash does, too (fish's documentation, "Quotes"). */
  static String fish(String word) {
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
