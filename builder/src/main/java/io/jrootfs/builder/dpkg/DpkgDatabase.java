package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The files in {@code /var/lib/dpkg} of a tree, which may be anybody's. An image without dpkg has
 * packages in {@code status.d}, the form that {@link PackageMetadata} writes: a file for each, and
 * one beside it that names what it brought.
 */
final class DpkgDatabase {
  private static final SysrootPath PLACE = SysrootPath.of("/var/lib/dpkg");
  private static final String INFO = "info";

  /** The directory of parts. */
  static final String PARTS = "status.d";

  /** Ends the name of the file beside a part. */
  static final String SUMS = ".md5sums";

  /** Before the name in a line of deb-md5sums(5): 32 digits and two blanks. */
  private static final int SUM_LENGTH = 34;

  /** Ten times what the largest of systems has; anything larger is taken for no database. */
  static final int MAX_SIZE = 32 << 20;

  private final Sysroot sysroot;
  private final ImmutableSortedSet<DpkgPackage> inStatus;

  /** Those in parts, by the name of the part. */
  private final ImmutableSortedMap<DpkgPackage, String> inParts;

  private DpkgDatabase(Sysroot sysroot) throws IOException {
    this.sysroot = sysroot;
    this.inStatus = packages("status");
    this.inParts = parts();
  }

  /**
   * Reads which packages there are; none if there is no database.
   *
   * @throws IOException if it cannot be read, or dpkg could not
   */
  static DpkgDatabase of(Sysroot sysroot) throws IOException {
    return new DpkgDatabase(sysroot);
  }

  private ImmutableSortedSet<DpkgPackage> packages(String name) throws IOException {
    Optional<Path> file = file(name).map(found -> sysroot.file(found.path()));
    return file.isPresent()
        ? DpkgStatus.packages(file.get().toString(), read(file.get()))
        : ImmutableSortedSet.of();
  }

  private ImmutableSortedMap<DpkgPackage, String> parts() throws IOException {
    TreeMap<DpkgPackage, String> parts = new TreeMap<>();
    long size = 0;
    for (String name : names(PARTS, it -> !it.endsWith(SUMS))) {
      for (DpkgPackage one : packages(PARTS + "/" + name)) {
        parts.putIfAbsent(one, name);
        size += one.control().length();
      }
      if (size > MAX_SIZE) {
        throw tooLarge(sysroot.file(PLACE.resolve(PARTS)).toString());
      }
    }
    return ImmutableSortedMap.copyOf(parts);
  }

  /** What is in a directory; nothing if there is none. */
  private ImmutableSortedSet<String> names(String directory, Predicate<String> wanted)
      throws IOException {
    Optional<Resolution> found =
        sysroot.find(PLACE.resolve(directory)).filter(Resolution::isDirectory);
    if (found.isEmpty()) {
      return ImmutableSortedSet.of();
    }
    ImmutableSortedSet.Builder<String> names = ImmutableSortedSet.naturalOrder();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(sysroot.file(found.get().path()))) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (wanted.test(name)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names.build();
  }

  /** Every package that is installed. */
  ImmutableSortedSet<DpkgPackage> installed() {
    return ImmutableSortedSet.<DpkgPackage>naturalOrder()
        .addAll(inStatus)
        .addAll(inParts.keySet())
        .build();
  }

  /** The lines of a file; none if there is no file of that name. */
  ImmutableList<String> lines(String name) throws IOException {
    Optional<Path> file = file(name).map(found -> sysroot.file(found.path()));
    // Names that are not UTF-8 are in no image, so what they become here matters to nobody.
    return file.isPresent()
        ? new String(read(file.get()), StandardCharsets.UTF_8)
            .lines()
            .collect(ImmutableList.toImmutableList())
        : ImmutableList.of();
  }

  private static byte[] read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (byte each : bytes) {
      if (each == 0) {
        throw noText(file);
      }
    }
    return bytes;
  }

  private Optional<Resolution> file(String name) throws IOException {
    Optional<Resolution> found =
        sysroot.find(PLACE.resolve(name)).filter(Resolution::isRegularFile);
    if (found.isPresent()) {
      checkSize(sysroot.file(found.get().path()), found.get().size());
    }
    return found;
  }

  static void checkSize(Path file, long size) throws IOException {
    if (size > MAX_SIZE) {
      throw new IOException(
          file + " has " + size + " bytes, which no file of dpkg's database comes near");
    }
  }

  static IOException tooLarge(String parts) {
    return new IOException(
        parts + " has more than " + MAX_SIZE + " bytes, which no image comes near");
  }

  static IOException noText(Path file) {
    return new IOException(file + " holds a NUL byte, so it is none of dpkg's");
  }

  /**
   * The lists of the files of the packages, without those in parts; not read yet.
   *
   * @throws IOException if the tree cannot be read
   */
  FileLists lists() throws IOException {
    return FileLists.of(sysroot, PLACE.resolve(INFO), inStatus.asList());
  }

  /**
   * What the packages have brought, of all that has one of some names.
   *
   * @param fileLists of the packages that are not in parts
   * @throws IOException if a list cannot be read
   */
  Listed listed(FileNames wanted, FileLists fileLists) throws IOException {
    TreeMap<DpkgPackage, List<String>> paths = new TreeMap<>();
    ImmutableSortedSet.Builder<DpkgPackage> unlisted = ImmutableSortedSet.naturalOrder();
    Map<DpkgPackage, List<String>> lists = fileLists.lines(wanted);
    for (DpkgPackage one : inStatus) {
      List<String> list = lists.get(one);
      if (list == null) {
        unlisted.add(one);
      } else if (!list.isEmpty()) {
        paths.put(one, list);
      }
    }
    for (Map.Entry<DpkgPackage, String> part : inParts.entrySet()) {
      for (String line : lines(PARTS + "/" + part.getValue() + SUMS)) {
        String path = "/" + line.substring(Math.min(line.length(), SUM_LENGTH));
        if (wanted.areOf(path)) {
          paths.computeIfAbsent(part.getKey(), key -> new ArrayList<>()).add(path);
        }
      }
    }
    return new Listed(paths, unlisted.build());
  }

  /**
   * What lists say.
   *
   * @param paths of files and directories, by the package that brought them; in the order of the
   *     packages
   * @param unlisted packages that have no list, of which dpkg does not know the files either
   */
  record Listed(
      TreeMap<DpkgPackage, List<String>> paths, ImmutableSortedSet<DpkgPackage> unlisted) {}

  /** The lines of deb-md5sums(5) about a package. */
  ImmutableList<String> sums(DpkgPackage one) throws IOException {
    String part = inParts.get(one);
    if (part != null && !inStatus.contains(one)) {
      return lines(PARTS + "/" + part + SUMS);
    }
    ImmutableList<String> qualified = lines(INFO + "/" + one.qualifiedName() + SUMS);
    return qualified.isEmpty() ? lines(INFO + "/" + one.name() + SUMS) : qualified;
  }
}
