package io.jrootfs.runner.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as users of docker and podman write them. */
final class PointInTime {
  /** As Go has durations (pkg.go.dev/time, ParseDuration), to nine digits each. */
  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(h|ms|m|s|us|ns)");

  private static final Pattern EPOCH_SECONDS = Pattern.compile("\\d{1,11}(\\.\\d{1,9})?");

  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "h", 3_600_000_000_000L,
          "m", 60_000_000_000L,
          "s", 1_000_000_000L,
          "ms", 1_000_000L,
          "us", 1_000L,
          "ns", 1L);

  private PointInTime() {}

  /**
   * Reads how long ago it is, a date with or without a time and a zone, or seconds since the epoch.
   * Without a zone it is the caller's.
   *
   * @param option that has it, for messages
   * @throws UsageException if it is none of these
   */
  static Instant parse(String option, String text, Instant now) throws UsageException {
    try {
      if (text.matches("(" + PART.pattern() + ")+")) {
        return now.minusNanos(ago(text));
      }
      if (EPOCH_SECONDS.matcher(text).matches()) {
        return Instant.EPOCH.plus(
            new BigDecimal(text).movePointRight(9).longValueExact(), ChronoUnit.NANOS);
      }
      return date(text.replace(' ', 'T'));
    } catch (DateTimeException | ArithmeticException e) {
      throw new UsageException(
          option
              + " '"
              + text
              + "' is no time; write how long ago, as in 10m, or a date and time, as in"
              + " 2026-02-03T16:05:06");
    }
  }

  private static long ago(String text) {
    BigDecimal nanoseconds = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal unit = BigDecimal.valueOf(NANOSECONDS.getOrDefault(part.group(2), 0L));
      nanoseconds = nanoseconds.add(new BigDecimal(part.group(1)).multiply(unit));
    }
    return nanoseconds.toBigInteger().longValueExact();
  }

  private static Instant date(String text) {
    int time = text.indexOf('T');
    if (time < 0) {
      return LocalDate.parse(text).atTime(LocalTime.MIN).atZone(ZoneId.systemDefault()).toInstant();
    }
    boolean hasZone =
        text.endsWith("Z") || text.indexOf('+', time) > 0 || text.indexOf('-', time) > 0;
    return hasZone
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
  }
}
