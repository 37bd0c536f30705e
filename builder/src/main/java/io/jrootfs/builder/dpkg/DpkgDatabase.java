package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files in {@code /var/lib/dpkg} of a tree, which may be anybody's. Of an image without dpkg
 * they are those in {@code status.d}, the form that {@link PackageMetadata} writes.
 */
final class DpkgDatabase {
  private static final SysrootPath PLACE = SysrootPath.of("/var/lib/dpkg");
  private static final String PARTS = "status.d";

  /** Of the lists in {@code status.d}, which have the names of packages otherwise. */
  private static final String SUMS = ".md5sums";

  /** Before the name in a line of deb-md5sums(5): 32 digits and two blanks. */
  private static final int SUM_LENGTH = 34;

  /** Ten times what the largest of systems has; anything larger is taken for no database. */
  private static final long MAX_SIZE = 32 << 20;

  private final Sysroot sysroot;

  DpkgDatabase(Sysroot sysroot) {
    this.sysroot = sysroot;
  }

  /**
   * The paragraphs of all packages; empty if there is no database.
   *
   * @throws IOException if it cannot be read, is far too large, or holds what no name can
   */
  String status() throws IOException {
    Optional<String> whole = text("status");
    return whole.isPresent() ? whole.get() : parts();
  }

  private String parts() throws IOException {
    Optional<Resolution> found = sysroot.find(PLACE.resolve(PARTS)).filter(Resolution::isDirectory);
    if (found.isEmpty()) {
      return "";
    }
    StringBuilder all = new StringBuilder();
    Path directory = sysroot.file(found.get().path());
    try (Stream<Path> parts = Files.list(directory)) {
      for (Path part : ImmutableSortedSet.copyOf(parts.iterator())) {
        String name = part.getFileName().toString();
        if (!name.endsWith(SUMS)) {
          all.append(text(PARTS + "/" + name).orElse("")).append("\n\n");
        }
        if (all.length() > MAX_SIZE) {
          throw new IOException(
              directory + " has more than " + MAX_SIZE + " bytes, which no image comes near");
        }
      }
    }
    return all.toString();
  }

  /**
   * The text of a file; empty if there is none of that name.
   *
   * @throws IOException if it cannot be read, is far too large, or holds what no name can
   */
  Optional<String> text(String name) throws IOException {
    Optional<Resolution> found = sysroot.find(PLACE.resolve(name)).filter(it -> it.isRegularFile());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.get().size() > MAX_SIZE) {
      throw new IOException(
          sysroot.file(found.get().path())
              + " has "
              + found.get().size()
              + " bytes, which no file of dpkg's database comes near");
    }
    // Names that are not UTF-8 are in no image, so what they become here matters to nobody.
    String text =
        new String(Files.readAllBytes(sysroot.file(found.get().path())), StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      throw new IOException(
          sysroot.file(found.get().path()) + " holds a NUL byte, so it is none of dpkg's");
    }
    return Optional.of(text);
  }

  /** The lines of a file; none if there is no file of that name. */
  ImmutableList<String> lines(String name) throws IOException {
    return text(name).orElse("").lines().collect(ImmutableList.toImmutableList());
  }

  /**
   * What a package has brought, a path a line from the root on: its list, or what else names files.
   *
   * @throws IOException if it cannot be read
   */
  Stream<String> files(DpkgPackage one) throws IOException {
    Optional<String> list = about("info", one, ".list");
    return list.isPresent()
        ? list.get().lines()
        : about(PARTS, one, SUMS)
            .orElse("")
            .lines()
            .map(line -> "/" + line.substring(Math.min(line.length(), SUM_LENGTH)));
  }

  /** The lines of deb-md5sums(5) about a package. */
  Stream<String> sums(DpkgPackage one) throws IOException {
    Optional<String> sums = about("info", one, SUMS);
    return (sums.isPresent() ? sums : about(PARTS, one, SUMS)).orElse("").lines();
  }

  /** The file's name has the architecture too where dpkg can have the package of several. */
  private Optional<String> about(String directory, DpkgPackage one, String kind)
      throws IOException {
    Optional<String> qualified = text(directory + "/" + one.qualifiedName() + kind);
    return qualified.isPresent() ? qualified : text(directory + "/" + one.name() + kind);
  }
}
