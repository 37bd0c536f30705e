package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What the kernel is to hold the process to, besides control groups.
 *
 * @param ulimits {@code NAME=SOFT[:HARD]}, or {@code host} for the caller's own; the last of
 *     several for one resource wins
 * @param oomScoreAdjustment -1000 to 1000
 * @param sysctls {@code NAME=VALUE}; the last of several for one name wins
 */
public record LimitOverrides(
    ImmutableList<String> ulimits,
    Optional<String> oomScoreAdjustment,
    ImmutableList<String> sysctls) {
  /** As by default. */
  public static final LimitOverrides NONE =
      new LimitOverrides(ImmutableList.of(), Optional.empty(), ImmutableList.of());
}
