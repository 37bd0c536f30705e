package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.DirectoryWriter;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tells scanners which packages the files of an image are from, in the form that they know
 * from images without a package manager: a paragraph of dpkg's database in {@code
 * /var/lib/dpkg/status.d} for each package that has a file in the image, the MD5 sums of those
 * files beside it, the package's copyright, and the files that name the distribution.
 */
public final class PackageMetadata {
  private static final String COPYRIGHT = "copyright";
  private static final String SOURCE = "the package metadata (--no-package-metadata leaves it out)";

  /** Of what is added from the sysroot, which belongs to packages too. */
  private static final ImmutableSet<String> ADDED =
      Stream.concat(
              OsRelease.TELLING.stream().map(place -> SysrootPath.of(place).fileName()),
              Stream.of(COPYRIGHT))
          .collect(ImmutableSet.toImmutableSet());

  private final Rootfs rootfs;
  private final Sysroot sysroot;
  private final PackageOwners lists;
  private final RootfsAssembler assembler;
  private final Map<RootfsPath, RootfsEntry> replaced = new HashMap<>();
  private final Set<RootfsPath> removed = new HashSet<>();

  private PackageMetadata(Rootfs rootfs, Sysroot sysroot, PackageOwners lists, long sourceDate) {
    this.rootfs = rootfs;
    this.sysroot = sysroot;
    this.lists = lists;
    this.assembler = new RootfsAssembler(sysroot, sourceDate);
  }

  /**
   * A rootfs with what tells its packages.
   *
   * @param unlisted packages whose lists of files the sysroot lacks, if whose some of the files are
   *     cannot be told for that
   * @param untold why nothing was added, if nothing was
   * @param unkept the extended attributes of what was added that no image keeps, by name
   */
  public record Told(
      Rootfs rootfs,
      ImmutableSortedSet<DpkgPackage> unlisted,
      Optional<Untold> untold,
      ImmutableList<DirectoryWriter.Omission> unkept) {}

  /**
   * The rootfs with the metadata of those of its files that were taken from {@code sysroot}, or the
   * rootfs itself if none of them is a package's. Of packages that dpkg does not know, only the
   * distribution's name comes. What has a place already keeps it; to what is told of a package
   * already, the files that are new are added. On a system of another distribution, or release,
   * nothing is added: a scanner would look the packages up in the wrong one's advisories.
   *
   * @param reading of dpkg's database of {@code sysroot}
   * @param sourceDate what the metadata is dated: seconds since the epoch
   * @throws RootfsConflictException if something that is no directory is where one must be
   * @throws UncopyableFileException if a copyright cannot be in an image
   * @throws IOException if the tree or a database cannot be read
   */
  public static Told addedTo(
      Rootfs rootfs, Sysroot sysroot, DatabaseReading reading, long sourceDate)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Map<RootfsPath, SysrootPath> sources = OwnedFile.sources(rootfs, sysroot);
    ImmutableSet<String> taken =
        sources.values().stream().map(SysrootPath::fileName).collect(ImmutableSet.toImmutableSet());
    if (taken.isEmpty()) {
      return new Told(rootfs, ImmutableSortedSet.of(), nothingOwned(rootfs), ImmutableList.of());
    }
    PackageOwners lists =
        PackageOwners.ofFilesNamed(sysroot, reading, Sets.union(taken, ADDED).immutableCopy());
    ImmutableList<OwnedFile> files = OwnedFile.of(sources, sysroot, lists);
    ImmutableSet<RootfsPath> inPlace = OwnedFile.takenInPlace(sources);
    boolean isAllOwned =
        files.stream().map(OwnedFile::path).collect(Collectors.toSet()).containsAll(inPlace);
    boolean isForeign =
        lists.database().installed().isEmpty() && ForeignDatabase.managerOf(sysroot).isPresent();
    boolean isTellable = !files.isEmpty() || (isForeign && !inPlace.isEmpty());
    Optional<Untold> untold =
        isTellable ? otherDistribution(rootfs, sysroot) : nothingOwned(rootfs);
    PackageMetadata metadata = new PackageMetadata(rootfs, sysroot, lists, sourceDate);
    return new Told(
        isTellable && untold.isEmpty() ? metadata.added(files) : rootfs,
        isAllOwned ? ImmutableSortedSet.of() : lists.unlisted(),
        untold,
        metadata.assembler.unkept());
  }

  /**
   * Whether {@link #addedTo} puts something in this place: a package's record, its copyright, or
   * what names the distribution.
   */
  public static boolean isPlaceOf(RootfsPath path) {
    String text = path.value();
    return OsRelease.TELLING.contains(text)
        || text.startsWith("/var/lib/dpkg/" + DpkgDatabase.PARTS + "/")
        || (text.startsWith("/usr/share/doc/") && path.fileName().equals(COPYRIGHT));
  }

  private static Optional<Untold> nothingOwned(Rootfs rootfs) {
    return Optional.of(new Untold.NothingOwned(ToldPackages.areIn(rootfs)));
  }

  private static Optional<Untold> otherDistribution(Rootfs rootfs, Sysroot sysroot)
      throws IOException {
    Optional<OsRelease> origin = OsRelease.of(sysroot);
    return OsRelease.of(rootfs)
        .filter(present -> !origin.map(present::isSameAs).orElse(false))
        .map(present -> new Untold.OtherDistribution(present, origin));
  }

  private Rootfs added(ImmutableList<OwnedFile> files)
      throws IOException, RootfsConflictException, UncopyableFileException {
    assembler.addBase(rootfs, "the rootfs");
    Map<DpkgPackage, List<OwnedFile>> packages = new TreeMap<>();
    collect(files, packages);
    for (String place : OsRelease.TELLING) {
      addUnlessThere(SysrootPath.of(place));
    }
    for (DpkgPackage one : ImmutableList.copyOf(packages.keySet())) {
      addUnlessThere(SysrootPath.of("/usr/share/doc/" + one.name() + "/" + COPYRIGHT));
    }
    // The directory of a package's copyright may be a link to another package's.
    collect(
        OwnedFile.of(OwnedFile.sources(assembler.assemble(), sysroot), sysroot, lists), packages);
    addRecords(packages);
    return changed(assembler.assemble());
  }

  private void addRecords(Map<DpkgPackage, List<OwnedFile>> packages)
      throws IOException, RootfsConflictException {
    ToldPackages told = ToldPackages.of(rootfs);
    Map<DpkgPackage, Md5Sums> sums = new TreeMap<>();
    for (Map.Entry<DpkgPackage, List<OwnedFile>> one : packages.entrySet()) {
      sums.put(one.getKey(), Md5Sums.of(one.getKey(), one.getValue(), sysroot, lists.database()));
    }
    bringUpToDate(told, packages, sums);
    Set<String> names = new HashSet<>();
    for (DpkgPackage owner : packages.keySet()) {
      if (!told.parts().containsKey(owner) && !told.isInStatus(owner)) {
        String name = freeName(owner, it -> isFree(it, told) && !names.contains(it));
        names.add(name);
        addDocument(ToldPackages.part(name), Optional.of(owner.control() + "\n"));
        addDocument(ToldPackages.sums(name), sums.getOrDefault(owner, Md5Sums.NONE).document());
      }
    }
  }

  /**
   * What is told already gets the files that are new, and loses those that another package has
   * brought in their place.
   */
  private void bringUpToDate(
      ToldPackages told, Map<DpkgPackage, List<OwnedFile>> packages, Map<DpkgPackage, Md5Sums> sums)
      throws IOException, RootfsConflictException {
    Map<RootfsPath, DpkgPackage> owners = new HashMap<>();
    packages.forEach((owner, files) -> files.forEach(file -> owners.put(file.path(), owner)));
    for (Map.Entry<DpkgPackage, String> part : told.parts().entrySet()) {
      Md5Sums before = told.sumsOf(part.getValue());
      Md5Sums after =
          before
              .without(path -> owners.containsKey(path) && !isSame(owners.get(path), part.getKey()))
              .and(sums.getOrDefault(part.getKey(), Md5Sums.NONE));
      if (!after.equals(before)) {
        addDocument(ToldPackages.sums(part.getValue()), after.document());
        if (after.document().isEmpty()) {
          removed.add(ToldPackages.part(part.getValue()));
          removed.add(ToldPackages.sums(part.getValue()));
        }
      }
    }
  }

  private boolean isFree(String part, ToldPackages told) {
    return told.isFree(part) || removed.contains(ToldPackages.part(part));
  }

  private static boolean isSame(@Nullable DpkgPackage one, DpkgPackage other) {
    return one != null && one.compareTo(other) == 0;
  }

  /**
   * The package's own name, unless one of another architecture or version has it. Scanners read
   * what is in a part, whatever it is called.
   */
  private static String freeName(DpkgPackage one, Predicate<String> isFree) {
    return Stream.concat(
            Stream.of(one.name(), one.qualifiedName()),
            IntStream.iterate(2, i -> i + 1).mapToObj(i -> one.qualifiedName() + ":" + i))
        .filter(isFree)
        .findFirst()
        .orElseThrow();
  }

  /** With its own root, of which the assembler makes another one, and with what was changed. */
  private Rootfs changed(Rootfs assembled) {
    Map<RootfsPath, RootfsEntry> entries = new HashMap<>(assembled.entries());
    entries.put(RootfsPath.ROOT, rootfs.get(RootfsPath.ROOT).orElseThrow());
    entries.putAll(replaced);
    Rootfs all = Rootfs.of(entries.values());
    return removed.isEmpty()
        ? all
        : all.without(path -> removed.contains(path) && !replaced.containsKey(path));
  }

  private static void collect(
      ImmutableList<OwnedFile> files, Map<DpkgPackage, List<OwnedFile>> packages) {
    packages.clear();
    for (OwnedFile file : files) {
      packages.computeIfAbsent(file.owner(), key -> new ArrayList<>()).add(file);
    }
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

  /** Assembled with what is missing above it; the assembler would leave what is there already. */
  private void addDocument(RootfsPath path, Optional<String> text) throws RootfsConflictException {
    if (text.isPresent()) {
      RootfsEntry.RegularFile file =
          new RootfsEntry.RegularFile(
              path,
              Metadata.ofMode(0644).withMtime(assembler.sourceDate()),
              new FileContent.Literal(Bytes.ofUtf8(text.get())));
      if (rootfs.get(path).isPresent()) {
        replaced.put(path, file);
      } else {
        assembler.addDefault(file, SOURCE);
      }
    }
  }
}
