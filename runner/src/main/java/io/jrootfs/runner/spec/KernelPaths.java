package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/**
 * Parts of /proc and /sys that are about the whole machine and no container's business: the union
 * of what runc and podman hide. A path that the running kernel does not have is passed over.
 */
public final class KernelPaths {
  /** Where cgroups are mounted. */
  public static final String CGROUPS = "/sys/fs/cgroup";

  /** Hidden altogether. */
  static final ImmutableList<String> MASKED =
      ImmutableList.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/dev/block",
          "/sys/devices/virtual/powercap",
          "/sys/firmware",
          "/sys/fs/selinux");

  /** Visible, but not to be written even by the container's root. */
  static final ImmutableList<String> READ_ONLY =
      ImmutableList.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private KernelPaths() {}
}
