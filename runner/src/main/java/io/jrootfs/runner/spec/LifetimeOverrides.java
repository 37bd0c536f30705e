package io.jrootfs.runner.spec;

import java.util.Optional;

/**
 * How long the container runs, and how it is ended.
 *
 * @param stopSignal a name or a number
 * @param stopTimeout seconds
 * @param timeout seconds; 0: for ever
 */
public record LifetimeOverrides(
    Optional<String> stopSignal, Optional<String> stopTimeout, Optional<String> timeout) {
  /** As the image says. */
  public static final LifetimeOverrides NONE =
      new LifetimeOverrides(Optional.empty(), Optional.empty(), Optional.empty());
}
