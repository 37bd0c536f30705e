package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one tree knows about the packages in a rootfs.
 *
 * @param owners of files, by the first of their names in the rootfs
 * @param packages of which something is in the rootfs
 * @param distribution whose packages they are, if the tree says
 */
public record Ownership(
    ImmutableSortedMap<RootfsPath, DpkgPackage> owners,
    ImmutableSortedSet<DpkgPackage> packages,
    Optional<OsRelease> distribution) {

  /**
   * Of the files that were taken from a tree.
   *
   * @throws IOException if its database cannot be read
   */
  public static Ownership ofTaken(Rootfs rootfs, Sysroot sysroot) throws IOException {
    ImmutableSortedMap.Builder<RootfsPath, DpkgPackage> owners = ImmutableSortedMap.naturalOrder();
    Set<DpkgPackage> packages = new HashSet<>();
    for (OwnedFile file : OwnedFile.of(rootfs, sysroot)) {
      owners.put(file.path(), file.owner());
      packages.add(file.owner());
    }
    return new Ownership(
        owners.buildOrThrow(), ImmutableSortedSet.copyOf(packages), OsRelease.of(sysroot));
  }

  /**
   * Of a whole system that everything else in the rootfs was put upon, with all of its packages,
   * even those that have no files. A file that was replaced is none of theirs any more.
   *
   * @param base the system
   * @param system the same, unpacked
   * @throws IOException if its database cannot be read
   */
  public static Ownership ofBase(Rootfs rootfs, Rootfs base, Sysroot system) throws IOException {
    List<SysrootPath> files = new ArrayList<>();
    for (RootfsEntry entry : rootfs.sharedWith(base)) {
      if (entry instanceof RootfsEntry.RegularFile) {
        files.add(SysrootPath.of(entry.path().value()));
      }
    }
    Map<RootfsPath, DpkgPackage> owners = new TreeMap<>();
    PackageOwners.find(system, files)
        .forEach((path, owner) -> owners.put(RootfsPath.of(path), owner));
    return new Ownership(
        ImmutableSortedMap.copyOf(owners), PackageOwners.installed(system), OsRelease.of(system));
  }
}
