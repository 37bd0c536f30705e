package io.jrootfs.builder.sysroot;

import org.jspecify.annotations.Nullable;

/**
 * What makes two names the same file: the loader and tar both compare by it (stat(2)).
 *
 * @param device {@code st_dev}
 * @param inode {@code st_ino}
 */
public record FileIdentity(long device, long inode) {
  /** As any record's, and without what the JVM makes at run time for those: this is a key. */
  @Override
  public int hashCode() {
    return Long.hashCode(device * 31 + inode);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileIdentity file && file.inode == inode && file.device == device;
  }
}
