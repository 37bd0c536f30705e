package io.jrootfs.builder;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.dpkg.OwnedFile;
import io.jrootfs.builder.dpkg.PackageOwners;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which source package the files of a rootfs are from: packages of one source change together.
 *
 * @param names of source packages, by the first name of each file that has one
 */
public record PackageOrigins(ImmutableSortedMap<RootfsPath, String> names) {
  /** Of files that nobody asks about. */
  public static PackageOrigins none() {
    return new PackageOrigins(ImmutableSortedMap.of());
  }

  /**
   * As dpkg's databases say, of the base for what is from there and of the sysroot for the others.
   *
   * @throws IOException if a database is there and cannot be read
   */
  public static PackageOrigins of(Rootfs rootfs, Sysroot sysroot, Optional<Base> base)
      throws IOException {
    TreeMap<RootfsPath, String> names = new TreeMap<>();
    if (base.isPresent()) {
      add(names, base.get().unpacked(), names(rootfs.sharedWith(base.get().rootfs())));
    }
    add(names, sysroot, linksOf(rootfs, sysroot));
    for (OwnedFile file : OwnedFile.of(rootfs, sysroot)) {
      names.put(file.path(), file.owner().source());
    }
    return new PackageOrigins(ImmutableSortedMap.copyOf(names));
  }

  private static void add(Map<RootfsPath, String> names, Sysroot sysroot, List<SysrootPath> files)
      throws IOException {
    PackageOwners.find(sysroot, files)
        .forEach((file, owner) -> names.putIfAbsent(RootfsPath.of(file), owner.source()));
  }

  private static List<SysrootPath> names(Iterable<RootfsEntry> entries) {
    List<SysrootPath> files = new ArrayList<>();
    for (RootfsEntry entry : entries) {
      if (entry instanceof RootfsEntry.RegularFile || entry instanceof RootfsEntry.Symlink) {
        files.add(SysrootPath.of(entry.path().value()));
      }
    }
    return files;
  }

  /** Links have no content by which to know them, so the same text in the same place must do. */
  private static List<SysrootPath> linksOf(Rootfs rootfs, Sysroot sysroot) throws IOException {
    List<SysrootPath> links = new ArrayList<>();
    for (RootfsEntry entry : rootfs.all()) {
      SysrootPath path = SysrootPath.of(entry.path().value());
      if (entry instanceof RootfsEntry.Symlink link
          && Files.isSymbolicLink(sysroot.file(path))
          && Files.readSymbolicLink(sysroot.file(path)).equals(Path.of(link.target()))) {
        links.add(path);
      }
    }
    return links;
  }
}
