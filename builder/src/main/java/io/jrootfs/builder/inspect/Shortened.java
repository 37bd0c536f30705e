package io.jrootfs.builder.inspect;

/** Names cut to the room there is for them. */
final class Shortened {
  private Shortened() {}

  /**
   * The name, or its beginning and its end with an ellipsis between: what tells apart the files of
   * a directory is as often the one as the other.
   *
   * @param length how many characters, 3 or more
   */
  static String of(String name, int length) {
    int[] characters = name.codePoints().toArray();
    if (characters.length <= length) {
      return name;
    }
    int head = length / 2;
    int tail = length - head - 1;
    return new String(characters, 0, head)
        + "…"
        + new String(characters, characters.length - tail, tail);
  }
}
