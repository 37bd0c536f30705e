package io.jrootfs.builder.tar;

import io.jrootfs.builder.text.Printable;

/** Text from an archive, made fit for a sentence. */
final class Excerpt {
  private static final int LONGEST = 200;

  private Excerpt() {}

  /** {@code text} as it can be printed, with its end cut off. */
  static String of(String text) {
    return text.length() > LONGEST
        ? Printable.of(text.substring(0, LONGEST)) + "..."
        : Printable.of(text);
  }
}
