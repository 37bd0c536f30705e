package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import java.util.Optional;

/**
 * What the container is to have of its own and what it shares with the host.
 *
 * @param hostname the container's name for itself
 * @param domainname its NIS domain
 * @param modes for network, pid, ipc, uts and cgroup; private where it says nothing
 * @param user which user namespace
 * @param sharedMemory false: no {@code /dev/shm}
 * @param offsets of the container's clocks
 */
public record NamespaceOverrides(
    Optional<String> hostname,
    Optional<String> domainname,
    ImmutableMap<Namespace, NamespaceMode> modes,
    UserNamespaceMode user,
    boolean sharedMemory,
    ClockOffsets offsets) {
  /** Everything private, but for the user namespace that jrun is in. */
  public static final NamespaceOverrides NONE =
      new NamespaceOverrides(
          Optional.empty(),
          Optional.empty(),
          ImmutableMap.of(),
          new UserNamespaceMode.Host(),
          true,
          ClockOffsets.NONE);

  /** The mode of one kind. */
  NamespaceMode mode(Namespace kind) {
    return modes.getOrDefault(kind, NamespaceMode.PRIVATE);
  }
}
