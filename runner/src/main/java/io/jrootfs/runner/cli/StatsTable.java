package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.Limits;
import io.jrootfs.runner.cgroup.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** {@link Stats} for people, with podman's columns and the limits beside what is used. */
final class StatsTable {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of(
          "CONTAINER ID",
          "NAME",
          "CPU % / LIMIT",
          "MEM USAGE / LIMIT",
          "MEM %",
          "NET I/O",
          "BLOCK I/O",
          "PIDS / LIMIT");

  private static final String UNKNOWN = "--";
  private static final ImmutableList<String> UNITS =
      ImmutableList.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

  private static final double NANOS_PER_PERCENT = 1e7;

  private final long machineMemory;

  /**
   * @param machineMemory bytes: the limit of who has none
   */
  StatsTable(long machineMemory) {
    this.machineMemory = machineMemory;
  }

  /** The lines of one look, below their headings or below those of an earlier one. */
  ImmutableList<String> lines(ImmutableList<Stats> stats, boolean withHeadings) {
    ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
    rows.add(HEADINGS);
    stats.forEach(one -> rows.add(row(one)));
    ImmutableList<String> lines = Table.lines(rows.build());
    return withHeadings ? lines : lines.subList(1, lines.size());
  }

  private ImmutableList<String> row(Stats stats) {
    Usage usage = stats.usage();
    OptionalLong memoryLimit = memoryLimit(usage.memoryLimit());
    OptionalLong received = OptionalLong.empty();
    OptionalLong sent = OptionalLong.empty();
    if (stats.traffic().isPresent()) {
      received = OptionalLong.of(stats.traffic().get().received());
      sent = OptionalLong.of(stats.traffic().get().sent());
    }
    return ImmutableList.of(
        stats.container().record().shortId(),
        stats.container().record().name(),
        percent(stats.cpuPercent())
            + " / "
            + text(usage.cpuLimit(), limit -> percent(limit / NANOS_PER_PERCENT)),
        text(usage.memory(), StatsTable::size) + " / " + text(memoryLimit, StatsTable::size),
        percent(part(usage.memory(), memoryLimit)),
        text(received, StatsTable::size) + " / " + text(sent, StatsTable::size),
        text(usage.blockRead(), StatsTable::size)
            + " / "
            + text(usage.blockWritten(), StatsTable::size),
        text(usage.pids(), String::valueOf) + " / " + text(usage.pidsLimit(), String::valueOf));
  }

  private OptionalLong memoryLimit(OptionalLong limit) {
    return limit.isPresent()
            && (limit.getAsLong() == Limits.UNLIMITED || limit.getAsLong() > machineMemory)
        ? OptionalLong.of(machineMemory)
        : limit;
  }

  private static OptionalDouble part(OptionalLong used, OptionalLong limit) {
    return used.isPresent() && limit.isPresent() && limit.getAsLong() > 0
        ? OptionalDouble.of(100.0 * used.getAsLong() / limit.getAsLong())
        : OptionalDouble.empty();
  }

  private static String text(OptionalLong number, LongFunction<String> words) {
    if (number.isEmpty()) {
      return UNKNOWN;
    }
    return number.getAsLong() == Limits.UNLIMITED ? "none" : words.apply(number.getAsLong());
  }

  private static String percent(OptionalDouble percent) {
    return percent.isPresent() ? percent(percent.getAsDouble()) : UNKNOWN;
  }

  private static String percent(double percent) {
    return String.format(Locale.ROOT, "%.2f%%", percent);
  }

  /** Four digits at most, in the unit that leaves one to four before the point. */
  static String size(long bytes) {
    int unit = 0;
    double number = bytes;
    while (number >= 1024) {
      number /= 1024;
      unit++;
    }
    return new BigDecimal(number).round(new MathContext(4)).stripTrailingZeros().toPlainString()
        + UNITS.get(unit);
  }
}
