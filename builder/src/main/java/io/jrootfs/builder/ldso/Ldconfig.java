package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which files of a directory ldconfig(8) would put into its cache, and under which name. */
final class Ldconfig {
  /** glibc, elf/ldconfig.c, {@code search_dir}; later {@code _dl_is_dso} of elf/dl-is_dso.h. */
  private static final Pattern LIBRARY = Pattern.compile("(lib|ld-).*\\.so.*|ld(64)?\\.so\\..*");

  /** What prelink(8) leaves when it is interrupted. */
  private static final Pattern PRELINK = Pattern.compile(".*\\.#prelink#(\\.......)?");

  /** What package managers have while they unpack: rpm's names, then dpkg's. */
  private static final Pattern UNPACKED = Pattern.compile(".*;.*|.*\\.dpkg-(new|tmp)");

  private static final int FIRST_WITHOUT_UNPACKED = 39;

  private final ElfFiles files;
  private final boolean listsUnpacked;

  /**
   * An ldconfig.
   *
   * @param version 36 for that of glibc 2.36
   */
  Ldconfig(ElfFiles files, int version) {
    this.files = files;
    this.listsUnpacked = version < FIRST_WITHOUT_UNPACKED;
  }

  /**
   * Why a cache would have no entry of a name for the file that stands there under that name; empty
   * if it has one.
   *
   * @param file with the name at the end of the path that was asked for
   * @throws IOException if the file cannot be read
   */
  Optional<String> whyUnlisted(Resolution file) throws IOException {
    String name = file.requested().fileName();
    if (!LIBRARY.matcher(name).matches()
        || PRELINK.matcher(name).matches()
        || (!listsUnpacked && UNPACKED.matcher(name).matches())) {
      return Optional.of("ldconfig passes over files with such a name");
    }
    if (!file.isRegularFile()) {
      return Optional.of("ldconfig passes over what is no regular file");
    }
    Optional<ElfFile> elf;
    try {
      elf = files.read(file);
    } catch (MalformedElfException e) {
      return Optional.of("ldconfig cannot read it: " + e.complaint());
    }
    if (elf.isEmpty()) {
      return Optional.of("ldconfig passes over what is not an ELF file");
    }
    String soname = elf.get().dynamic().flatMap(ElfDynamic::soname).orElse(name);
    return soname.equals(name) || isDevelopmentLink(file, soname)
        ? Optional.empty()
        : Optional.of("ldconfig knows it by its DT_SONAME, " + soname);
  }

  /** The links that ld(1) looks for, to a library of the same name, count by their own. */
  private static boolean isDevelopmentLink(Resolution file, String soname) {
    String name = file.requested().fileName();
    return name.endsWith(".so")
        && soname.startsWith(name)
        && file.hops().stream().anyMatch(hop -> hop.link().fileName().equals(name));
  }
}
