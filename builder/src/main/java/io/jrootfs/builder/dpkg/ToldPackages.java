package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/** What a rootfs says of its packages, which is what a base said before something was added. */
final class ToldPackages {
  private static final RootfsPath STATUS = RootfsPath.of("/var/lib/dpkg/status");
  private static final RootfsPath PARTS = RootfsPath.of("/var/lib/dpkg/" + DpkgDatabase.PARTS);

  private final Rootfs rootfs;
  private final ImmutableSortedSet<DpkgPackage> inStatus;
  private final ImmutableSortedMap<DpkgPackage, String> parts;

  private ToldPackages(Rootfs rootfs) throws IOException {
    this.rootfs = rootfs;
    this.inStatus = packages(STATUS);
    TreeMap<DpkgPackage, String> told = new TreeMap<>();
    long size = 0;
    for (RootfsEntry entry : rootfs.all()) {
      RootfsPath path = entry.path();
      if (path.parent().equals(PARTS) && isPart(path)) {
        for (DpkgPackage one : packages(path)) {
          told.putIfAbsent(one, path.fileName());
          size += one.control().length();
        }
      }
      if (size > DpkgDatabase.MAX_SIZE) {
        throw DpkgDatabase.tooLarge(PARTS + " of the base");
      }
    }
    this.parts = ImmutableSortedMap.copyOf(told);
  }

  /**
   * @throws IOException if a file cannot be read, or dpkg could not
   */
  static ToldPackages of(Rootfs rootfs) throws IOException {
    return new ToldPackages(rootfs);
  }

  /** Whether a rootfs tells packages, without a look at which. */
  static boolean areIn(Rootfs rootfs) {
    return rootfs.get(STATUS).isPresent() || rootfs.get(PARTS).isPresent();
  }

  /** Beside it there is what can be added to, or room for it. */
  private boolean isPart(RootfsPath path) {
    Optional<RootfsEntry> beside = rootfs.get(sums(path.fileName()));
    return !path.fileName().endsWith(DpkgDatabase.SUMS)
        && beside.map(RootfsEntry.RegularFile.class::isInstance).orElse(true);
  }

  private ImmutableSortedSet<DpkgPackage> packages(RootfsPath path) throws IOException {
    return DpkgStatus.packages(path + " of the base", read(path));
  }

  /** Nothing if there is none. */
  private byte[] read(RootfsPath path) throws IOException {
    return rootfs.get(path).orElse(null) instanceof RootfsEntry.RegularFile file
        ? file.content().readAll(DpkgDatabase.MAX_SIZE, "the base has " + path)
        : new byte[0];
  }

  /** Whether the database of a whole system has it. */
  boolean isInStatus(DpkgPackage one) {
    return inStatus.contains(one);
  }

  /** The packages that parts tell, each by the part's name. */
  ImmutableSortedMap<DpkgPackage, String> parts() {
    return parts;
  }

  /** What is beside a part. */
  Md5Sums sumsOf(String part) throws IOException {
    return Md5Sums.parse(new String(read(sums(part)), StandardCharsets.UTF_8));
  }

  /** Whether no part has this name. */
  boolean isFree(String part) {
    return rootfs.get(part(part)).isEmpty() && rootfs.get(sums(part)).isEmpty();
  }

  static RootfsPath part(String name) {
    return PARTS.child(name);
  }

  static RootfsPath sums(String name) {
    return PARTS.child(name + DpkgDatabase.SUMS);
  }
}
