package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much of the machine a container may have. What is empty is not limited, except that {@code
 * pids} has a default where the system lets us set one.
 *
 * @param memory bytes, at least {@value #MIN_MEMORY}
 * @param memoryAndSwap bytes of both together, at least as many as {@code memory}, or {@value
 *     #UNLIMITED}; if empty and memory is limited, twice as many
 * @param memoryReservation bytes that the kernel leaves to the container when memory is short
 * @param cpuShares weight against others, 2 to 262144
 * @param cpuQuota microseconds of processor time in each period, at least 1000
 * @param cpuPeriod microseconds, 1000 to 1000000
 * @param processors those it may run on
 * @param memoryNodes those it may use
 * @param pids number of processes and threads, at least 1, or {@value #UNLIMITED}
 * @param blockWeight weight against others, 10 to 1000
 * @param diskRates limits of single disks
 * @param devices may be used besides the default ones
 * @param conf more files of the cgroup, of the version that their controller has, and what to write
 *     into them
 * @param parent the cgroup to make the container's in; our own if empty
 */
public record Limits(
    OptionalLong memory,
    OptionalLong memoryAndSwap,
    OptionalLong memoryReservation,
    OptionalInt cpuShares,
    OptionalLong cpuQuota,
    OptionalLong cpuPeriod,
    Optional<NumberList> processors,
    Optional<NumberList> memoryNodes,
    OptionalLong pids,
    OptionalInt blockWeight,
    ImmutableList<DiskRate> diskRates,
    ImmutableList<DeviceRule> devices,
    ImmutableSortedMap<String, String> conf,
    Optional<String> parent) {

  /** No limit, where saying so is different from saying nothing. */
  public static final long UNLIMITED = -1;

  /** docker's minimum; below it, hardly a program gets as far as its first line. */
  static final long MIN_MEMORY = 6 << 20;

  /** What podman gives every container: enough for any service, and no fork bomb. */
  static final long DEFAULT_PIDS = 2048;

  /** Nothing asked for. */
  public static final Limits NONE =
      new Limits(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalInt.empty(),
          ImmutableList.of(),
          ImmutableList.of(),
          ImmutableSortedMap.of(),
          Optional.empty());

  /**
   * How fast a disk may be used.
   *
   * @param kind what is counted
   * @param device host path of a block device
   * @param rate per second, at least 1
   */
  public record DiskRate(Kind kind, String device, long rate) {
    /** What is counted, with the option that limits it and the kernel's names for it. */
    public enum Kind {
      READ_BYTES("--device-read-bps", "blkio.throttle.read_bps_device", "rbps"),
      WRITE_BYTES("--device-write-bps", "blkio.throttle.write_bps_device", "wbps"),
      READ_OPERATIONS("--device-read-iops", "blkio.throttle.read_iops_device", "riops"),
      WRITE_OPERATIONS("--device-write-iops", "blkio.throttle.write_iops_device", "wiops");

      private final String option;
      private final String file;
      private final String key;

      Kind(String option, String file, String key) {
        this.option = option;
        this.file = file;
        this.key = key;
      }

      /** Such as {@code --device-read-bps}. */
      public String option() {
        return option;
      }

      /** The file of version 1. */
      String file() {
        return file;
      }

      /** The word in {@code io.max} of version 2. */
      String key() {
        return key;
      }

      boolean countsBytes() {
        return this == READ_BYTES || this == WRITE_BYTES;
      }
    }
  }

  /** These limits with another number of processes. */
  Limits withPids(long number) {
    return new Limits(
        memory,
        memoryAndSwap,
        memoryReservation,
        cpuShares,
        cpuQuota,
        cpuPeriod,
        processors,
        memoryNodes,
        OptionalLong.of(number),
        blockWeight,
        diskRates,
        devices,
        conf,
        parent);
  }

  /** These limits with the kernel's period said where there is a quota alone. */
  Limits withPeriod() {
    return new Limits(
        memory,
        memoryAndSwap,
        memoryReservation,
        cpuShares,
        cpuQuota,
        cpuQuota.isPresent() && cpuPeriod.isEmpty()
            ? OptionalLong.of(LimitArguments.DEFAULT_PERIOD)
            : cpuPeriod,
        processors,
        memoryNodes,
        pids,
        blockWeight,
        diskRates,
        devices,
        conf,
        parent);
  }
}
