package io.jrootfs.builder.rootfs;

/** How many of something there are, in words for people. */
public final class Count {
  private Count() {}

  /**
   * Such as {@code 1 byte} and {@code 2 bytes}.
   *
   * @param one what one of it is called; more have an {@code s} behind
   */
  public static String of(long number, String one) {
    return of(number, one, one + "s");
  }

  /**
   * Such as {@code 1 entry} and {@code 2 entries}.
   *
   * @param one what one of it is called
   * @param several what none and more than one are called
   */
  public static String of(long number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}
