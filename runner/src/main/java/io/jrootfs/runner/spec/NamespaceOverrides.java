package io.jrootfs.runner.spec;

import java.util.Optional;

/**
 * What the container is to have of its own and what it shares with the host.
 *
 * @param hostname the container's
 * @param network which network it sees
 */
public record NamespaceOverrides(Optional<String> hostname, NetworkMode network) {
  /** Everything private. */
  public static final NamespaceOverrides NONE =
      new NamespaceOverrides(Optional.empty(), NetworkMode.PRIVATE);
}
