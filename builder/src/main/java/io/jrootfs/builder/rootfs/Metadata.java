package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;

/**
 * What every entry has besides its name and content.
 *
 * @param mode permission bits with set-user-ID, set-group-ID and sticky: {@code 0} to {@code 07777}
 * @param uid owner, 0 to 2^32-2
 * @param gid group, 0 to 2^32-2
 * @param mtime modification time in whole seconds since the epoch; may be negative
 * @param xattrs extended attributes of every namespace by full name (xattr(7))
 */
public record Metadata(
    int mode, long uid, long gid, long mtime, ImmutableSortedMap<String, Bytes> xattrs) {
  /** {@code (uid_t) -1} means "no change" to chown(2), so it can be nobody's. */
  public static final long MAX_ID = 0xffff_fffeL;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public Metadata {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " out of range");
    }
    if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
      throw new IllegalArgumentException("owner " + uid + ":" + gid + " out of range");
    }
  }

  /** Owned by root, dated at the epoch, without extended attributes. */
  public static Metadata ofMode(int mode) {
    return new Metadata(mode, 0, 0, 0, ImmutableSortedMap.of());
  }

  public Metadata withMode(int newMode) {
    return new Metadata(newMode, uid, gid, mtime, xattrs);
  }

  public Metadata withOwner(long newUid, long newGid) {
    return new Metadata(mode, newUid, newGid, mtime, xattrs);
  }

  public Metadata withMtime(long newMtime) {
    return new Metadata(mode, uid, gid, newMtime, xattrs);
  }

  public Metadata withXattrs(Map<String, Bytes> newXattrs) {
    return new Metadata(mode, uid, gid, mtime, ImmutableSortedMap.copyOf(newXattrs));
  }
}
