package io.jrootfs.builder.dpkg;

import java.util.Optional;

/** Why {@link PackageMetadata} has nothing to add to a rootfs. */
public sealed interface Untold {
  /**
   * No file is of a package of the tree that files are taken from.
   *
   * @param hasPackages whether the rootfs tells packages without that, as of its base
   */
  record NothingOwned(boolean hasPackages) implements Untold {}

  /**
   * There are files of packages, in a rootfs whose distribution these are not of.
   *
   * @param image what the rootfs is
   * @param origin what the tree is that the files are taken from, if it says
   */
  record OtherDistribution(OsRelease image, Optional<OsRelease> origin) implements Untold {}
}
