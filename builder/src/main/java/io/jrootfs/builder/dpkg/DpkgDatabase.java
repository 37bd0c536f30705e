package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/** The files in {@code /var/lib/dpkg} of a tree, which may be anybody's. */
final class DpkgDatabase {
  private static final SysrootPath PLACE = SysrootPath.of("/var/lib/dpkg");

  /** Ten times what the largest of systems has; anything larger is taken for no database. */
  private static final long MAX_SIZE = 32 << 20;

  private final Sysroot sysroot;

  DpkgDatabase(Sysroot sysroot) {
    this.sysroot = sysroot;
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
   * The lines of a file about a package, named after the architecture too where dpkg can have the
   * package of several.
   *
   * @param kind such as {@code list}
   */
  ImmutableList<String> about(DpkgPackage one, String kind) throws IOException {
    ImmutableList<String> lines = lines("info/" + one.qualifiedName() + "." + kind);
    return lines.isEmpty() ? lines("info/" + one.name() + "." + kind) : lines;
  }
}
