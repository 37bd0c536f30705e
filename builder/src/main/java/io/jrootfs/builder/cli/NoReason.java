package io.jrootfs.builder.cli;

import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.LoaderCache;
import io.jrootfs.builder.dpkg.PackageMetadata;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.RootfsSkeleton;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Optional;

/** What to say of something in an image, or not in it, that no program of it loads. */
final class NoReason {
  private NoReason() {}

  /**
   * One sentence.
   *
   * @param image as it was named to us
   * @param path as it was asked for: a path, or the name of a library
   * @throws IOException if the image cannot be read
   */
  static String in(String image, ImageRoot root, String path) throws IOException {
    if (!path.contains("/")) {
      return "no program in " + image + " loads something by the name " + path;
    }
    SysrootPath place = SysrootPath.ROOT.resolve(path);
    if (!isThere(root.sysroot(), place)) {
      return "there is no "
          + place
          + " in "
          + image
          + "; 'jbuild inspect --html FILE "
          + image
          + "' shows all there is";
    }
    return place + " is in " + image + ", but no program in it loads that; " + origin(place);
  }

  private static String origin(SysrootPath place) {
    RootfsPath path = RootfsPath.of(place.value());
    if (PackageMetadata.isPlaceOf(path)) {
      return "it tells scanners what packages and distribution the files are from, and jbuild adds"
          + " it unless --no-package-metadata is given";
    }
    if (RootfsSkeleton.isPlaceOf(path)) {
      return "it is of what programs expect of every root, and jbuild adds it where it lacks";
    }
    if (place.value().equals(LoaderCache.PATH)) {
      return "it tells the dynamic loader where libraries are, and jbuild writes it where that is"
          + " needed";
    }
    return "it was added or copied as it is, is of a base, or is opened by a program that runs";
  }

  /** A link that leads nowhere is there too. */
  private static boolean isThere(Sysroot root, SysrootPath place) throws IOException {
    if (place.equals(SysrootPath.ROOT)) {
      return true;
    }
    try {
      Optional<Resolution> parent = root.find(place.parent()).filter(Resolution::isDirectory);
      return parent.isPresent()
          && Files.exists(
              root.file(parent.get().path().resolve(place.fileName())), LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemLoopException e) {
      return false;
    }
  }
}
