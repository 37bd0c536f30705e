package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A file of a rootfs that a package brought into the tree it was taken from.
 *
 * @param path where it is in the rootfs; the first of its names
 * @param source where it is in the tree it was taken from
 * @param owner the package
 */
public record OwnedFile(RootfsPath path, SysrootPath source, DpkgPackage owner) {

  /**
   * The files of a rootfs that were taken from a tree and belong to one of its packages, in path
   * order. How they were asked for does not matter: a copy of a package's file, under whatever
   * name, is as vulnerable as the file.
   *
   * @throws IOException if the tree's database cannot be read
   */
  public static ImmutableList<OwnedFile> of(Rootfs rootfs, Sysroot sysroot) throws IOException {
    Map<RootfsPath, SysrootPath> sources = sources(rootfs, sysroot);
    return owned(sources, PackageOwners.find(sysroot, sources.values()));
  }

  /**
   * The same by lists that are read already, if they do for these files.
   *
   * @throws IOException if the tree cannot be read
   */
  static ImmutableList<OwnedFile> of(Rootfs rootfs, Sysroot sysroot, PackageOwners lists)
      throws IOException {
    Map<RootfsPath, SysrootPath> sources = sources(rootfs, sysroot);
    return lists.areAbout(sources.values())
        ? owned(sources, lists.find(sources.values()))
        : of(rootfs, sysroot);
  }

  /** Last components of the files of a rootfs that were taken from a tree. */
  static ImmutableSet<String> fileNames(Rootfs rootfs, Sysroot sysroot) {
    return sources(rootfs, sysroot).values().stream()
        .map(SysrootPath::fileName)
        .collect(ImmutableSet.toImmutableSet());
  }

  private static ImmutableList<OwnedFile> owned(
      Map<RootfsPath, SysrootPath> sources, Map<SysrootPath, DpkgPackage> owners) {
    ImmutableList.Builder<OwnedFile> owned = ImmutableList.builder();
    sources.forEach(
        (path, source) ->
            Optional.ofNullable(owners.get(source))
                .ifPresent(owner -> owned.add(new OwnedFile(path, source, owner))));
    return owned.build();
  }

  /** Files of the rootfs that are those of the tree, in the same place. */
  static ImmutableSet<RootfsPath> takenInPlace(Rootfs rootfs, Sysroot sysroot) {
    return sources(rootfs, sysroot).entrySet().stream()
        .filter(taken -> taken.getKey().value().equals(taken.getValue().value()))
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  private static Map<RootfsPath, SysrootPath> sources(Rootfs rootfs, Sysroot sysroot) {
    Map<RootfsPath, SysrootPath> sources = new LinkedHashMap<>();
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file
          && file.content() instanceof FileContent.Slice slice) {
        Path origin = slice.file().toAbsolutePath();
        if (origin.startsWith(sysroot.directory())) {
          sources.put(file.path(), SysrootPath.of("/" + sysroot.directory().relativize(origin)));
        }
      }
    }
    return sources;
  }
}
