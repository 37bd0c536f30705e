package io.jrootfs.runner.capability;

import com.google.common.collect.ImmutableSortedSet;

/** A set of capabilities, as it stands in one of a process's five sets. */
public record CapabilitySet(ImmutableSortedSet<Capability> capabilities) {
  /** What a container's process has unless told otherwise; podman's default of eleven. */
  public static final CapabilitySet DEFAULT =
      new CapabilitySet(
          ImmutableSortedSet.of(
              Capability.CHOWN,
              Capability.DAC_OVERRIDE,
              Capability.FOWNER,
              Capability.FSETID,
              Capability.KILL,
              Capability.NET_BIND_SERVICE,
              Capability.SETFCAP,
              Capability.SETGID,
              Capability.SETPCAP,
              Capability.SETUID,
              Capability.SYS_CHROOT));

  /** The set as the kernel prints it in {@code /proc/PID/status}: bit n is capability n. */
  public long mask() {
    long mask = 0;
    for (Capability capability : capabilities) {
      mask |= 1L << capability.number();
    }
    return mask;
  }
}
