package io.jrootfs.runner.bundle;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directories of the cache: {@code bundles/KEY/rootfs}, or the files of {@link IndexedLayers};
 * beside which {@code image} says what they are of and {@code held} is locked by its containers;
 * {@code index/IDENTITY.json}; {@code plans} for those that are kept; and the empty {@code mnt}
 * that containers' roots are mounted over, each in a mount namespace of its own.
 */
record CacheLayout(Path directory) {
  /** Names in a bundle's directory. */
  static final String ROOT = "rootfs";

  static final String HELD = "held";

  /** Why it was unpacked, and not mounted. */
  static final String REASON = "reason";

  static final String IMAGE = "image";

  /** What is in here belongs to other people's images, set-user-ID programs and all. */
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  Path bundles() {
    return directory.resolve("bundles");
  }

  Path index() {
    return directory.resolve("index");
  }

  Path plans() {
    return directory.resolve("plans");
  }

  Path mountPoint() {
    return directory.resolve("mnt");
  }

  Path rootOf(String key) {
    return bundles().resolve(key).resolve(ROOT);
  }

  /**
   * Creates what is missing.
   *
   * @throws IOException if that fails, or if somebody else could put files into the cache
   */
  void create() throws IOException {
    if (!Files.isDirectory(directory)) {
      createWithParents();
    }
    refuseForeign(directory);
    for (Path part : new Path[] {bundles(), index(), mountPoint()}) {
      if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
        createOne(part);
      }
      refuseForeign(part);
    }
  }

  private void createWithParents() throws IOException {
    try {
      Files.createDirectories(directory, PRIVATE);
    } catch (FileSystemException e) {
      FileSystemException failure =
          new FileSystemException(
              directory.toString(), null, "it cannot be created: " + Reasons.of(e));
      failure.initCause(e);
      throw failure;
    }
  }

  /** Whether it looks so; only trying tells. */
  boolean mayBeWritten() {
    Path there = directory;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.isWritable(there);
  }

  private static void createOne(Path part) throws IOException {
    try {
      Files.createDirectory(part, PRIVATE);
    } catch (FileSystemException e) {
      // Another jrun may have been faster.
      if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  /** What lies in the cache runs with our rights, so it must be ours alone to write. */
  private static void refuseForeign(Path part) throws IOException {
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!Files.getAttribute(part, "unix:uid").equals(self)) {
      throw new ForeignPlaceException(
          part,
          "belongs to another user, who could change what you run; set JRUN_CACHE_DIR to a"
              + " directory of your own");
    }
    var permissions = Files.getPosixFilePermissions(part);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new ForeignPlaceException(
          part,
          "others could write there and change what you run; take the permission away with"
              + " 'chmod go-w'");
    }
  }
}
