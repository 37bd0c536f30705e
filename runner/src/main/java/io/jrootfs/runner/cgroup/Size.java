package io.jrootfs.runner.cgroup;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as docker and podman write them: {@code 64m}, {@code 1.5g}, {@code 512MiB}. */
final class Size {
  /** docker's go-units, RAMInBytes: every unit is a power of 1024, whatever its spelling. */
  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)([kKmMgGtT]?)(?:[iI]?[bB])?");

  private static final String UNITS = "kmgt";

  private Size() {}

  /**
   * @throws LimitException if the text is no size, or not in {@code min} to 2^63 - 1
   */
  static long parse(String option, String text, long min) throws LimitException {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new LimitException(
          option, text, "is no size; write a number of bytes or one with k, m, g or t, as in 64m");
    }
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    BigDecimal bytes =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(1L << shift))
            .setScale(0, RoundingMode.DOWN);
    if (bytes.compareTo(BigDecimal.valueOf(min)) < 0) {
      throw new LimitException(option, text, "is too small; " + text(min) + " is the least");
    }
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new LimitException(option, text, "is more than the kernel can count");
    }
    return bytes.longValueExact();
  }

  /** A size for people, exact: in the largest unit that divides it. */
  static String text(long bytes) {
    int unit = -1;
    long number = bytes;
    while (number != 0 && number % 1024 == 0 && unit + 1 < UNITS.length()) {
      number /= 1024;
      unit++;
    }
    return unit < 0
        ? number + (number == 1 ? " byte" : " bytes")
        : number + " " + Character.toUpperCase(UNITS.charAt(unit)) + "iB";
  }
}
