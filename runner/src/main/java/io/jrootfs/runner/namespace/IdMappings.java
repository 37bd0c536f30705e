package io.jrootfs.runner.namespace;

import com.google.common.collect.ImmutableList;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Which users and groups exist in a user namespace.
 *
 * @param uids lines of {@code uid_map}
 * @param gids lines of {@code gid_map}
 */
public record IdMappings(ImmutableList<IdMapping> uids, ImmutableList<IdMapping> gids) {
  private static final ImmutableList<IdMapping> EVERY_ID =
      ImmutableList.of(new IdMapping(0, 0, 0xffff_ffffL));

  /** The initial user namespace: every id is itself. */
  public static final IdMappings IDENTITY = new IdMappings(EVERY_ID, EVERY_ID);

  /**
   * Whether they are {@link #IDENTITY}. Every start asks, and a record's own {@code equals} takes a
   * JVM that has just started longer than all the rest of the question.
   */
  public boolean areInitial() {
    return areEveryId(uids) && areEveryId(gids);
  }

  private static boolean areEveryId(ImmutableList<IdMapping> mappings) {
    IdMapping first = mappings.isEmpty() ? null : mappings.get(0);
    return first != null
        && mappings.size() == 1
        && first.containerId() == 0
        && first.hostId() == 0
        && first.size() == EVERY_ID.get(0).size();
  }

  public boolean hasUid(long uid) {
    return contains(uids, uid);
  }

  public boolean hasGid(long gid) {
    return contains(gids, gid);
  }

  /** Whether the only user is root: what an ordinary user gets without subordinate ids. */
  public boolean isRootOnly() {
    return isRootOnly(uids) && isRootOnly(gids);
  }

  /** Whether there is one group only; who may map no more may not have others, either. */
  public boolean isSingleGroup() {
    return gids.size() == 1 && gids.get(0).size() == 1;
  }

  /** The ids that there are, each as itself. */
  public IdMappings inside() {
    return new IdMappings(inside(uids), inside(gids));
  }

  private static ImmutableList<IdMapping> inside(ImmutableList<IdMapping> mappings) {
    return mappings.stream()
        .map(line -> new IdMapping(line.containerId(), line.containerId(), line.size()))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether everybody is the same inside and outside. */
  public boolean isIdentity() {
    return Stream.concat(uids.stream(), gids.stream())
        .allMatch(mapping -> mapping.containerId() == mapping.hostId());
  }

  private static boolean isRootOnly(ImmutableList<IdMapping> mappings) {
    return mappings.size() == 1
        && mappings.get(0).containerId() == 0
        && mappings.get(0).size() == 1;
  }

  /** Who a user of this namespace is outside of it, if there is one. */
  public OptionalLong hostUid(long uid) {
    return hostId(uids, uid);
  }

  /** What a group of this namespace is outside of it, if there is one. */
  public OptionalLong hostGid(long gid) {
    return hostId(gids, gid);
  }

  /** Who a user from outside is in this namespace, if he is anybody there. */
  public OptionalLong containerUid(long hostUid) {
    return containerId(uids, hostUid);
  }

  /** What a group from outside is in this namespace, if it is there. */
  public OptionalLong containerGid(long hostGid) {
    return containerId(gids, hostGid);
  }

  private static OptionalLong containerId(ImmutableList<IdMapping> mappings, long hostId) {
    return mappings.stream()
        .filter(mapping -> mapping.containsHost(hostId))
        .mapToLong(mapping -> mapping.containerId() + (hostId - mapping.hostId()))
        .findFirst();
  }

  private static OptionalLong hostId(ImmutableList<IdMapping> mappings, long id) {
    return mappings.stream()
        .filter(mapping -> mapping.contains(id))
        .mapToLong(mapping -> mapping.hostId() + (id - mapping.containerId()))
        .findFirst();
  }

  private static boolean contains(ImmutableList<IdMapping> mappings, long id) {
    return mappings.stream().anyMatch(mapping -> mapping.contains(id));
  }
}
