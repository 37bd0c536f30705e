package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Databases of other package managers, which are recognised and not read. */
public final class ForeignDatabase {
  private static final ImmutableMap<String, String> PLACES =
      ImmutableMap.<String, String>builder()
          .put("/lib/apk/db/installed", "apk")
          .put("/usr/lib/apk/db/installed", "apk")
          .put("/usr/lib/sysimage/rpm", "rpm")
          .put("/var/lib/rpm", "rpm")
          .put("/var/lib/pacman/local", "pacman")
          .buildOrThrow();

  private ForeignDatabase() {}

  /**
   * Who manages a tree that dpkg does not manage; empty if dpkg does, or nobody.
   *
   * @throws IOException if the tree cannot be read
   */
  public static Optional<String> managerOf(Sysroot sysroot) throws IOException {
    // Debian has rpm as a package, whose database is there and empty.
    if (!PackageOwners.installed(sysroot).isEmpty()) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> place : PLACES.entrySet()) {
      if (sysroot.find(SysrootPath.of(place.getKey())).isPresent()) {
        return Optional.of(place.getValue());
      }
    }
    return Optional.empty();
  }
}
