package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import java.util.Optional;

/**
 * What the container has of its own and what it shares (runtime-spec config-linux.md, Namespaces).
 * The namespaces in neither list are the caller's.
 *
 * @param own those that are new, in the order of {@link Namespace}
 * @param joined those of others, with their files, in the order of {@link Namespace}
 * @param userNamespace whether the container's root is not the system's
 * @param mappings which ids exist in the container, seen from the system
 * @param shift which ids of jrun's own user namespace they are there, if the container is in
 *     another one
 * @param caller who the caller is in the container, where that is not root
 * @param offsets of the clocks; none without a time namespace
 */
public record Isolation(
    ImmutableSet<Namespace> own,
    ImmutableMap<Namespace, String> joined,
    boolean userNamespace,
    IdMappings mappings,
    Optional<IdMappings> shift,
    Optional<Ids> caller,
    ClockOffsets offsets) {

  /** A user and a group. */
  public record Ids(long uid, long gid) {}

  public boolean isOwn(Namespace kind) {
    return own.contains(kind);
  }

  public boolean isJoined(Namespace kind) {
    return joined.containsKey(kind);
  }

  /** Whether it is the caller's. */
  public boolean isHosts(Namespace kind) {
    return !isOwn(kind) && !isJoined(kind);
  }
}
