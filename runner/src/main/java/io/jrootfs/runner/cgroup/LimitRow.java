package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.runner.cgroup.CgroupWrite.Choice;
import io.jrootfs.runner.cgroup.CgroupWrite.Tolerated;
import io.jrootfs.runner.cgroup.Limits.DiskRate;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one limit is in the files of version 1 and of version 2.
 *
 * @param option that asks for it
 * @param version1 the controller's name there
 * @param version2 the controller's name there
 * @param writes1 what to write there; nothing if there is no such limit
 * @param writes2 what to write there; nothing if there is no such limit
 */
record LimitRow(
    String option,
    String version1,
    String version2,
    Function<Given, ImmutableList<Assignment>> writes1,
    Function<Given, ImmutableList<Assignment>> writes2) {

  static final String MEMORY_1 = "memory.limit_in_bytes";
  static final String SWAP_1 = "memory.memsw.limit_in_bytes";
  static final String PERIOD_1 = "cpu.cfs_period_us";
  static final String QUOTA_1 = "cpu.cfs_quota_us";
  private static final String QUOTA_OPTION = "--cpus or --cpu-quota";

  /**
   * The one table of controllers.
   *
   * <p>The container's cgroup is new and has no limit when this is written into it, so the orders
   * that matter are few: in version 1 memory comes before memory and swap together, which the
   * kernel keeps at least as large, and the period before its quota (Linux, cgroup-v1/memory.rst,
   * section 2.4, and scheduler/sched-bwc.rst). The order of the rows is that order.
   */
  static final ImmutableList<LimitRow> TABLE =
      ImmutableList.of(
          row("--memory", "memory", limits -> boxed(limits.memory())).in(MEMORY_1, "memory.max"),
          new LimitRow("--memory-swap", "memory", "memory", LimitRow::swap1, LimitRow::swap2),
          row("--memory-reservation", "memory", limits -> boxed(limits.memoryReservation()))
              .in("memory.soft_limit_in_bytes", "memory.low"),
          row("--cpu-shares", "cpu", limits -> boxed(limits.cpuShares()))
              .in(
                  shares -> set("cpu.shares", shares),
                  shares -> set("cpu.weight", cpuWeight(shares))),
          new LimitRow("--cpu-period", "cpu", "cpu", LimitRow::period1, LimitRow::period2),
          new LimitRow(QUOTA_OPTION, "cpu", "cpu", LimitRow::quota1, LimitRow::quota2),
          // Mounted with noprefix, version 1 has these without the controller's name.
          row("--cpuset-cpus", "cpuset", Limits::processors)
              .in(list -> either("cpuset.cpus", "cpus", list), list -> set("cpuset.cpus", list)),
          row("--cpuset-mems", "cpuset", Limits::memoryNodes)
              .in(list -> either("cpuset.mems", "mems", list), list -> set("cpuset.mems", list)),
          row("--pids-limit", "pids", limits -> boxed(limits.pids()))
              .in(LimitRow::pids, LimitRow::pids),
          // Which file there is depends on the scheduler that the kernel was built with.
          row("--blkio-weight", "blkio", limits -> boxed(limits.blockWeight()))
              .in(weight -> either("blkio.weight", "blkio.bfq.weight", weight), LimitRow::ioWeight),
          rate(DiskRate.Kind.READ_BYTES),
          rate(DiskRate.Kind.WRITE_BYTES),
          rate(DiskRate.Kind.READ_OPERATIONS),
          rate(DiskRate.Kind.WRITE_OPERATIONS));

  /**
   * One write, wherever the cgroup is.
   *
   * @param choices of file and value
   * @param tolerated the failure that is none
   */
  record Assignment(ImmutableList<Choice> choices, Tolerated tolerated) {}

  /**
   * A rate with the number that the kernel wants.
   *
   * @param disk the whole disk
   * @param rate per second
   */
  record NumberedRate(DeviceNumber disk, long rate) {}

  /**
   * What the writes are derived from.
   *
   * @param limits what was asked for
   * @param rates those of {@code limits}
   */
  record Given(Limits limits, ImmutableListMultimap<DiskRate.Kind, NumberedRate> rates) {
    /**
     * Looks the disks up.
     *
     * @throws LimitException if one is none
     */
    static Given of(Limits limits, CgroupFiles files) throws LimitException {
      ImmutableListMultimap.Builder<DiskRate.Kind, NumberedRate> numbered =
          ImmutableListMultimap.builder();
      for (DiskRate rate : limits.diskRates()) {
        Optional<DeviceNumber> disk = files.disk(rate.device());
        if (disk.isEmpty()) {
          throw new LimitException(
              rate.kind().option(), rate.device(), "is no block device; 'lsblk -p' lists them");
        }
        numbered.put(rate.kind(), new NumberedRate(disk.get(), rate.rate()));
      }
      return new Given(limits, numbered.build());
    }
  }

  /** The controller's name in either version. */
  String controller(int version) {
    return version == 1 ? version1 : version2;
  }

  /** What to write; nothing if there is no such limit. */
  ImmutableList<Assignment> writes(int version, Given given) {
    return (version == 1 ? writes1 : writes2).apply(given);
  }

  /** What to write when a container that had this limit is to have none; nothing if it keeps it. */
  ImmutableList<Assignment> lifted(int version) {
    boolean isFirst = version == 1;
    return switch (option) {
      case "--memory" -> set(isFirst ? MEMORY_1 : "memory.max", isFirst ? "-1" : "max");
      case "--memory-swap" ->
          ImmutableList.of(
              new Assignment(
                  ImmutableList.of(
                      isFirst ? new Choice(SWAP_1, "-1") : new Choice("memory.swap.max", "max")),
                  Tolerated.MISSING));
      case "--memory-reservation" ->
          set(isFirst ? "memory.soft_limit_in_bytes" : "memory.low", isFirst ? "-1" : "0");
      case "--cpu-period" ->
          isFirst ? set(PERIOD_1, LimitArguments.DEFAULT_PERIOD) : ImmutableList.of();
      case QUOTA_OPTION -> set(isFirst ? QUOTA_1 : "cpu.max", isFirst ? "-1" : "max");
      default -> ImmutableList.of();
    };
  }

  /** A row of one value, of which the files are to follow. */
  private record Values<T>(String option, String controller, Function<Limits, Optional<T>> value) {
    LimitRow in(
        Function<T, ImmutableList<Assignment>> writes1,
        Function<T, ImmutableList<Assignment>> writes2) {
      return new LimitRow(
          option,
          controller,
          controller.equals("blkio") ? "io" : controller,
          given -> value.apply(given.limits).map(writes1).orElse(ImmutableList.of()),
          given -> value.apply(given.limits).map(writes2).orElse(ImmutableList.of()));
    }

    LimitRow in(String file1, String file2) {
      return in(number -> set(file1, number), number -> set(file2, number));
    }
  }

  private static <T> Values<T> row(
      String option, String controller, Function<Limits, Optional<T>> value) {
    return new Values<>(option, controller, value);
  }

  private static LimitRow rate(DiskRate.Kind kind) {
    return new LimitRow(
        kind.option(),
        "blkio",
        "io",
        given ->
            all(
                given.rates.get(kind).stream()
                    .map(rate -> set(kind.file(), rate.disk + " " + rate.rate))),
        given ->
            all(
                given.rates.get(kind).stream()
                    .map(rate -> set("io.max", rate.disk + " " + kind.key() + "=" + rate.rate))));
  }

  private static ImmutableList<Assignment> all(Stream<ImmutableList<Assignment>> writes) {
    return writes.flatMap(ImmutableList::stream).collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<Assignment> set(String file, Object value) {
    return ImmutableList.of(
        new Assignment(ImmutableList.of(new Choice(file, value.toString())), Tolerated.NOTHING));
  }

  private static ImmutableList<Assignment> either(String file, String other, Object value) {
    return ImmutableList.of(
        new Assignment(
            ImmutableList.of(
                new Choice(file, value.toString()), new Choice(other, value.toString())),
            Tolerated.NOTHING));
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  /** Version 1 limits memory and swap together. */
  private static ImmutableList<Assignment> swap1(Given given) {
    return swap(given.limits, SWAP_1, memoryAndSwap(given.limits), "-1");
  }

  /** Version 2 limits swap alone. */
  private static ImmutableList<Assignment> swap2(Given given) {
    long swap = memoryAndSwap(given.limits) - given.limits.memory().orElse(0);
    return swap(given.limits, "memory.swap.max", swap, "max");
  }

  /** Swap is limited whenever memory is, or memory's limit would be none. */
  private static ImmutableList<Assignment> swap(
      Limits limits, String file, long value, String unlimited) {
    if (limits.memory().isEmpty()) {
      return ImmutableList.of();
    }
    boolean isUnlimited = limits.memoryAndSwap().equals(OptionalLong.of(Limits.UNLIMITED));
    // Where the file is missing, the kernel has no swap or does not count it.
    boolean isNeeded = limits.memoryAndSwap().isPresent() && !isUnlimited && value > 0;
    return ImmutableList.of(
        new Assignment(
            ImmutableList.of(new Choice(file, isUnlimited ? unlimited : String.valueOf(value))),
            isNeeded ? Tolerated.NOTHING : Tolerated.MISSING));
  }

  private static long memoryAndSwap(Limits limits) {
    long memory = limits.memory().orElse(0);
    return limits.memoryAndSwap().orElse(memory > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * memory);
  }

  private static ImmutableList<Assignment> period1(Given given) {
    return boxed(given.limits.cpuPeriod())
        .map(period -> set(PERIOD_1, period))
        .orElse(ImmutableList.of());
  }

  private static ImmutableList<Assignment> period2(Given given) {
    return boxed(given.limits.cpuPeriod())
        .filter(period -> given.limits.cpuQuota().isEmpty())
        .map(period -> set("cpu.max", "max " + period))
        .orElse(ImmutableList.of());
  }

  private static ImmutableList<Assignment> quota1(Given given) {
    return boxed(given.limits.cpuQuota())
        .map(quota -> set(QUOTA_1, quota))
        .orElse(ImmutableList.of());
  }

  private static ImmutableList<Assignment> quota2(Given given) {
    long period = given.limits.cpuPeriod().orElse(LimitArguments.DEFAULT_PERIOD);
    return boxed(given.limits.cpuQuota())
        .map(quota -> set("cpu.max", quota + " " + period))
        .orElse(ImmutableList.of());
  }

  private static ImmutableList<Assignment> pids(long number) {
    return set("pids.max", number == Limits.UNLIMITED ? "max" : number);
  }

  /**
   * The weight in which 2, 1024 and 262144 shares are 1, 100 and 10000: the curve through these
   * three points that runc and crun use.
   */
  static long cpuWeight(int shares) {
    double log = Math.log(shares) / Math.log(2);
    double exponent = (log * log + 125 * log) / 612 - 7.0 / 34;
    // 1024 shares are to be 100 whatever the last bit of a floating-point number is.
    return (long) Math.ceil(Math.pow(10, exponent) - 1e-9);
  }

  /** The scheduler bfq has 1 to 1000, as version 1 had; {@code io.weight} has 1 to 10000. */
  private static ImmutableList<Assignment> ioWeight(int weight) {
    long scaled = 1 + (weight - 10) * 9999L / 990;
    return ImmutableList.of(
        new Assignment(
            ImmutableList.of(
                new Choice("io.bfq.weight", String.valueOf(weight)),
                new Choice("io.weight", String.valueOf(scaled))),
            Tolerated.NOTHING));
  }
}
