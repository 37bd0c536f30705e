package io.jrootfs.runner.process;

/**
 * A soft and a hard limit (getrlimit(2)), in the kernel's units: bytes, seconds, microseconds or
 * plain numbers, by resource.
 *
 * @param soft what is enforced; {@link #UNLIMITED}, or not negative
 * @param hard how far the process may raise it; likewise
 */
public record ResourceLimit(Resource resource, long soft, long hard) {
  /** {@code RLIM_INFINITY}: all bits set, the greatest of the kernel's unsigned numbers. */
  public static final long UNLIMITED = -1;

  /**
   * @throws IllegalArgumentException if a limit is negative or the soft one is above the hard one
   */
  public ResourceLimit {
    if (soft < UNLIMITED || hard < UNLIMITED || Long.compareUnsigned(soft, hard) > 0) {
      throw new IllegalArgumentException(resource.word() + "=" + soft + ":" + hard);
    }
  }

  /** Whether {@code other} has a lower hard limit, which only a privileged process can raise. */
  public boolean isAbove(ResourceLimit other) {
    return Long.compareUnsigned(hard, other.hard()) > 0;
  }

  /** A limit as users write it. */
  public static String text(long limit) {
    return limit == UNLIMITED ? "unlimited" : Long.toString(limit);
  }

  @Override
  public String toString() {
    return resource.word() + "=" + text(soft) + ":" + text(hard);
  }
}
