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
   * @param sources of the files, from {@link #sources}
   * @throws IOException if the tree cannot be read
   */
  static ImmutableList<OwnedFile> of(
      Map<RootfsPath, SysrootPath> sources, Sysroot sysroot, PackageOwners lists)
      throws IOException {
    return owned(
        sources,
        lists.areAbout(sources.values())
            ? lists.find(sources.values())
            : PackageOwners.find(sysroot, sources.values()));
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

  /** Those of the files that are in the same place as in the tree. */
  static ImmutableSet<RootfsPath> takenInPlace(Map<RootfsPath, SysrootPath> sources) {
    return sources.entrySet().stream()
        .filter(taken -> taken.getKey().value().equals(taken.getValue().value()))
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** Where in a tree the files of a rootfs are that were taken from there; in path order. */
  static Map<RootfsPath, SysrootPath> sources(Rootfs rootfs, Sysroot sysroot) {
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
