package io.jrootfs.runner.namespace;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedMap;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far the clocks of a time namespace are ahead of the host's (time_namespaces(7)).
 *
 * @param seconds by the kernel's name of the clock, {@code monotonic} or {@code boottime};
 *     nanoseconds at most, negative for behind
 */
public record ClockOffsets(ImmutableSortedMap<String, BigDecimal> seconds) {
  /** The clocks are the host's. */
  public static final ClockOffsets NONE = new ClockOffsets(ImmutableSortedMap.of());

  private static final String OPTION = "--time-offset";

  /** The kernel reads 64-bit seconds; what is sensible among them it says itself. */
  private static final Pattern SECONDS = Pattern.compile("[+-]?[0-9]{1,18}(\\.[0-9]{1,9})?");

  /**
   * Reads {@code monotonic=SECONDS,boottime=SECONDS}, or one of them.
   *
   * @throws NamespaceSyntaxException if a clock is unknown or comes twice, or a value is no number
   */
  public static ClockOffsets parse(String text) throws NamespaceSyntaxException {
    Map<String, BigDecimal> seconds = new TreeMap<>();
    for (String entry : Splitter.on(',').split(text)) {
      int equals = entry.indexOf('=');
      String clock = equals < 0 ? entry : entry.substring(0, equals);
      if (equals < 0 || !(clock.equals("monotonic") || clock.equals("boottime"))) {
        throw new NamespaceSyntaxException(
            OPTION, text, "'" + entry + "' is neither monotonic=SECONDS nor boottime=SECONDS");
      }
      String value = entry.substring(equals + 1);
      if (!SECONDS.matcher(value).matches()) {
        throw new NamespaceSyntaxException(
            OPTION, text, "'" + value + "' is no number of seconds, such as 86400 or -1.5");
      }
      if (seconds.put(clock, new BigDecimal(value)) != null) {
        throw new NamespaceSyntaxException(
            OPTION, text, "sets " + clock + " twice; leave one of them out");
      }
    }
    return new ClockOffsets(ImmutableSortedMap.copyOf(seconds));
  }

  public boolean isEmpty() {
    return seconds.isEmpty();
  }

  /**
   * What is written to {@code /proc/self/timens_offsets}: clock, seconds, nanoseconds; the last
   * count forward, also from a negative number of seconds.
   */
  public String lines() {
    return seconds.entrySet().stream()
        .map(offset -> offset.getKey() + " " + line(offset.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private static String line(BigDecimal value) {
    BigDecimal whole = value.setScale(0, RoundingMode.FLOOR);
    return whole.toPlainString()
        + " "
        + value.subtract(whole).movePointRight(9).setScale(0, RoundingMode.UNNECESSARY);
  }
}
