package io.jrootfs.runner.bundle;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * When things of the cache were used, by the modification times of their files, which the launcher
 * sets to the hour ({@code src/main/c/hold.c}).
 *
 * <p>A clock may have been set back since, or another machine's may be ahead. Of a time that has
 * not come yet nothing is known but that it was written before the clock was right: it is older
 * than all times that have come, and what has it is the first to go, unless it is used again.
 */
public final class UseTimes {
  /** So much the clocks of two machines that share a directory may differ. */
  private static final Duration TOLERATED = Duration.ofHours(1);

  private UseTimes() {}

  /** Whether a time has not come yet. */
  public static boolean isAhead(Instant used, Instant now) {
    return used.isAfter(now.plus(TOLERATED));
  }

  /** Those first that were used longest ago. */
  public static Comparator<Instant> longestAgoFirst(Instant now) {
    return Comparator.comparing((Instant used) -> !isAhead(used, now))
        .thenComparing(Comparator.naturalOrder());
  }
}
