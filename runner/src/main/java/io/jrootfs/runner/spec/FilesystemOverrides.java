package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.Mount;

/**
 * What the container is to see as its files, besides the image.
 *
 * @param mounts added to the default ones
 * @param readOnlyRoot whether its root cannot be written
 */
public record FilesystemOverrides(ImmutableList<Mount> mounts, boolean readOnlyRoot) {
  /** Nothing but the image and what every container has. */
  public static final FilesystemOverrides NONE = new FilesystemOverrides(ImmutableList.of(), false);

  public FilesystemOverrides withMounts(ImmutableList<Mount> newMounts) {
    return new FilesystemOverrides(newMounts, readOnlyRoot);
  }
}
