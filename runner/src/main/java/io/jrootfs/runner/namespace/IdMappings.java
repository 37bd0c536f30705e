package io.jrootfs.runner.namespace;

import com.google.common.collect.ImmutableList;

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

  private static boolean isRootOnly(ImmutableList<IdMapping> mappings) {
    return mappings.size() == 1
        && mappings.get(0).containerId() == 0
        && mappings.get(0).size() == 1;
  }

  private static boolean contains(ImmutableList<IdMapping> mappings, long id) {
    return mappings.stream().anyMatch(mapping -> mapping.contains(id));
  }
}
