package io.jrootfs.runner.capability;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** A set of capabilities, as it stands in one of a process's five sets. */
public record CapabilitySet(ImmutableSortedSet<Capability> capabilities) {
  public static final CapabilitySet EMPTY = new CapabilitySet(ImmutableSortedSet.of());

  /** All that we have a name for. */
  public static final CapabilitySet ALL = of(Arrays.asList(Capability.values()));

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

  /** The set of some capabilities. */
  public static CapabilitySet of(Collection<Capability> capabilities) {
    return new CapabilitySet(
        ImmutableSortedSet.copyOf(Comparator.<Capability>naturalOrder(), capabilities));
  }

  /** The set that {@code mask} stands for, without what we have no name for. */
  public static CapabilitySet ofMask(long mask) {
    return of(
        Arrays.stream(Capability.values())
            .filter(capability -> (mask >>> capability.number() & 1) == 1)
            .toList());
  }

  public boolean contains(Capability capability) {
    return capabilities.contains(capability);
  }

  /** What both sets have. */
  public CapabilitySet and(CapabilitySet other) {
    return of(Sets.intersection(capabilities, other.capabilities));
  }

  /** The set as the kernel prints it in {@code /proc/PID/status}: bit n is capability n. */
  public long mask() {
    long mask = 0;
    for (Capability capability : capabilities) {
      mask |= 1L << capability.number();
    }
    return mask;
  }
}
