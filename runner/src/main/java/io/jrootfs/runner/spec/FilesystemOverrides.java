package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.Mount;
import java.util.OptionalLong;

/**
 * What the container is to see as its files, besides the image.
 *
 * @param mounts added to the default ones
 * @param devices added to the default ones
 * @param shmSize bytes that {@code /dev/shm} may hold; 0 for no limit
 * @param readOnlyRoot whether its root cannot be written
 * @param readOnlyTmpfs whether a read-only root has a tmpfs where programs expect to write
 */
public record FilesystemOverrides(
    ImmutableList<Mount> mounts,
    ImmutableList<Device> devices,
    OptionalLong shmSize,
    boolean readOnlyRoot,
    boolean readOnlyTmpfs) {
  /** Nothing but the image and what every container has. */
  public static final FilesystemOverrides NONE =
      new FilesystemOverrides(
          ImmutableList.of(), ImmutableList.of(), OptionalLong.empty(), false, true);

  public FilesystemOverrides withMounts(ImmutableList<Mount> newMounts) {
    return new FilesystemOverrides(newMounts, devices, shmSize, readOnlyRoot, readOnlyTmpfs);
  }

  public FilesystemOverrides withDevices(ImmutableList<Device> newDevices) {
    return new FilesystemOverrides(mounts, newDevices, shmSize, readOnlyRoot, readOnlyTmpfs);
  }
}
