package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Sets;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What tells scanners which packages the files of an image are from, in the form that they know
 * from images without a package manager: a paragraph of dpkg's database in {@code
 * /var/lib/dpkg/status.d} for each package that has a file in the image, the MD5 sums of those
 * files beside it, the package's copyright, and the distribution's os-release.
 */
public final class PackageMetadata {
  private static final String COPYRIGHT = "copyright";
  private static final String STATUS_D = "/var/lib/dpkg/status.d/";
  private static final RootfsPath STATUS = RootfsPath.of("/var/lib/dpkg/status");

  /** In bytes, as {@link DpkgDatabase} has it. */
  private static final int MAX_STATUS = 32 << 20;

  private static final String SOURCE = "the package metadata";

  /** Of what is added from the sysroot, which belongs to packages too. */
  private static final ImmutableSet<String> ADDED = ImmutableSet.of("os-release", COPYRIGHT);

  private final Rootfs rootfs;
  private final Sysroot sysroot;
  private final PackageOwners lists;
  private final RootfsAssembler assembler;

  private PackageMetadata(Rootfs rootfs, Sysroot sysroot, PackageOwners lists, long sourceDate) {
    this.rootfs = rootfs;
    this.sysroot = sysroot;
    this.lists = lists;
    this.assembler = new RootfsAssembler(sysroot, sourceDate);
  }

  /**
   * The rootfs with the metadata of those of its files that were taken from {@code sysroot}, or the
   * rootfs itself if none of them is a package's. Of packages that dpkg does not know, only the
   * os-release comes. What has a place already keeps it. On a system of another distribution, or
   * release, nothing is added: a scanner would look the packages up in the wrong one's advisories.
   *
   * @param sourceDate what the metadata is dated: seconds since the epoch
   * @throws RootfsConflictException if something that is no directory is where one must be
   * @throws UncopyableFileException if a copyright cannot be in an image
   * @throws IOException if the tree or its database cannot be read
   */
  public static Rootfs addedTo(Rootfs rootfs, Sysroot sysroot, long sourceDate)
      throws IOException, RootfsConflictException, UncopyableFileException {
    ImmutableSet<String> taken = OwnedFile.fileNames(rootfs, sysroot);
    if (taken.isEmpty()) {
      return rootfs;
    }
    PackageOwners lists =
        PackageOwners.ofFilesNamed(sysroot, Sets.union(taken, ADDED).immutableCopy());
    ImmutableList<OwnedFile> files = OwnedFile.of(rootfs, sysroot, lists);
    boolean isForeign = files.isEmpty() && ForeignDatabase.managerOf(sysroot).isPresent();
    if ((files.isEmpty() && !(isForeign && OwnedFile.isAnyTaken(rootfs, sysroot)))
        || isOfAnotherDistribution(rootfs, sysroot)) {
      return rootfs;
    }
    return new PackageMetadata(rootfs, sysroot, lists, sourceDate).added(files);
  }

  private static boolean isOfAnotherDistribution(Rootfs rootfs, Sysroot sysroot)
      throws IOException {
    Optional<OsRelease> present = OsRelease.of(rootfs);
    Optional<OsRelease> origin = OsRelease.of(sysroot);
    return present.isPresent() && !(origin.isPresent() && present.get().isSameAs(origin.get()));
  }

  private Rootfs added(ImmutableList<OwnedFile> files)
      throws IOException, RootfsConflictException, UncopyableFileException {
    assembler.addBase(rootfs, "the rootfs");
    Map<DpkgPackage, List<OwnedFile>> packages = new TreeMap<>();
    collect(files, packages);
    for (String place : OsRelease.PLACES) {
      addUnlessThere(SysrootPath.of(place));
    }
    for (DpkgPackage one : ImmutableList.copyOf(packages.keySet())) {
      addUnlessThere(SysrootPath.of("/usr/share/doc/" + one.name() + "/" + COPYRIGHT));
    }
    // The directory of a package's copyright may be a link to another package's.
    collect(OwnedFile.of(assembler.assemble(), sysroot, lists), packages);
    packages.keySet().removeAll(recorded());
    TreeSet<String> names = new TreeSet<>();
    for (Map.Entry<DpkgPackage, List<OwnedFile>> one : packages.entrySet()) {
      // Of a package that is there for two architectures, the second needs a name of its own.
      String name = one.getKey().name();
      addRecord(names.add(name) ? name : one.getKey().qualifiedName(), one);
    }
    return withItsRoot(assembler.assemble());
  }

  /** The assembler makes a root directory of its own. */
  private Rootfs withItsRoot(Rootfs assembled) {
    return Rootfs.of(
        Iterables.concat(
            ImmutableList.of(rootfs.get(RootfsPath.ROOT).orElseThrow()),
            Iterables.skip(assembled.all(), 1)));
  }

  private static void collect(
      ImmutableList<OwnedFile> files, Map<DpkgPackage, List<OwnedFile>> packages) {
    packages.clear();
    for (OwnedFile file : files) {
      packages.computeIfAbsent(file.owner(), key -> new ArrayList<>()).add(file);
    }
  }

  /** The packages that a database of a whole system lists already. */
  private ImmutableSet<DpkgPackage> recorded() throws IOException {
    Optional<RootfsEntry> status = rootfs.get(STATUS);
    if (status.orElse(null) instanceof RootfsEntry.RegularFile file) {
      return ImmutableSet.copyOf(DpkgStatus.packages(text(file.content())));
    }
    return ImmutableSet.of();
  }

  private static String text(FileContent content) throws IOException {
    return new String(
        content.readAll(MAX_STATUS, "the base has a list of packages"), StandardCharsets.UTF_8);
  }

  private void addUnlessThere(SysrootPath path)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Optional<Resolution> found = sysroot.find(path);
    if (found.isEmpty() || !found.get().isRegularFile()) {
      return;
    }
    boolean isThere =
        rootfs.get(RootfsPath.of(path)).isPresent()
            || rootfs.get(RootfsPath.of(found.get().path())).isPresent()
            || found.get().hops().stream()
                .anyMatch(hop -> rootfs.get(RootfsPath.of(hop.link())).isPresent());
    if (!isThere) {
      assembler.add(path);
    }
  }

  private void addRecord(String name, Map.Entry<DpkgPackage, List<OwnedFile>> one)
      throws IOException, RootfsConflictException {
    put(STATUS_D + name, one.getKey().control() + "\n");
    String sums = new Md5Sums(sysroot, one.getKey()).of(one.getValue());
    if (!sums.isEmpty()) {
      put(STATUS_D + name + ".md5sums", sums);
    }
  }

  private void put(String path, String text) throws IOException, RootfsConflictException {
    assembler.addDefault(
        new RootfsEntry.RegularFile(
            RootfsPath.of(path),
            Metadata.ofMode(0644).withMtime(assembler.sourceDate()),
            new FileContent.Literal(Bytes.ofUtf8(text))),
        SOURCE);
  }
}
