package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final boolean listsUnpacked;
  private final Map<SysrootPath, Map<String, Resolution>> bySoname = new HashMap<>();
  private final Map<SysrootPath, Boolean> listable = new HashMap<>();

  /**
   * An ldconfig.
   *
   * @param version 36 for that of glibc 2.36
   */
  Ldconfig(Sysroot sysroot, ElfFiles files, int version) {
    this.sysroot = sysroot;
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
    if (!isLibrary(name)) {
      return Optional.of("ldconfig passes over files with such a name");
    }
    if (!file.isRegularFile()) {
      return Optional.of("ldconfig passes over what is no regular file");
    }
    if (!mayList(file.requested().parent())) {
      return Optional.of("this user may not list its directory, so ldconfig could not either");
    }
    Optional<ElfFile> elf;
    try {
      elf = files.read(file);
    } catch (AccessDeniedException e) {
      files.refused(file.path());
      return Optional.of(GlibcAcceptance.UNREADABLE);
    } catch (MalformedElfException e) {
      return Optional.of("ldconfig cannot read it: " + e.complaint());
    }
    if (elf.isEmpty()) {
      return Optional.of("ldconfig passes over what is not an ELF file");
    }
    if (!isSharedObject(elf.get())) {
      return Optional.of("ldconfig passes over what is no shared object");
    }
    String soname = elf.get().dynamic().flatMap(ElfDynamic::soname).orElse(name);
    return soname.equals(name) || isDevelopmentLink(file, soname)
        ? Optional.empty()
        : Optional.of("ldconfig knows it by its DT_SONAME, " + soname);
  }

  private boolean mayList(SysrootPath path) throws IOException {
    Boolean known = listable.get(path);
    if (known == null) {
      Optional<Resolution> directory = sysroot.find(path);
      known = directory.isPresent() && Files.isReadable(sysroot.file(directory.get().path()));
      listable.put(path, known);
      if (directory.isPresent() && !known) {
        files.refused(directory.get().path());
      }
    }
    return known;
  }

  /**
   * The file of a {@code glibc-hwcaps} subdirectory that a cache's entry for {@code soname} leads
   * to. There it is called by its own name, for ldconfig makes no links there (elf/ldconfig.c,
   * {@code search_dir}).
   *
   * @throws IOException if the directory or a file cannot be read
   */
  Optional<Resolution> inHwcaps(SysrootPath directory, String soname) throws IOException {
    Map<String, Resolution> known = bySoname.get(directory);
    if (known == null) {
      known = list(directory);
      bySoname.put(directory, known);
    }
    return Optional.ofNullable(known.get(soname));
  }

  private Map<String, Resolution> list(SysrootPath path) throws IOException {
    Map<String, Resolution> listed = new HashMap<>();
    Optional<Resolution> directory = sysroot.find(path).filter(Resolution::isDirectory);
    if (directory.isEmpty()) {
      return listed;
    }
    try (DirectoryStream<Path> names =
        Files.newDirectoryStream(sysroot.file(directory.get().path()))) {
      for (Path each : names) {
        Optional<Resolution> file = library(path.resolve(FileNames.of(each.getFileName())));
        Optional<String> soname = file.isEmpty() ? Optional.empty() : soname(file.get());
        if (soname.isPresent()) {
          listed.merge(soname.get(), file.orElseThrow(), Ldconfig::preferred);
        }
      }
    } catch (AccessDeniedException e) {
      files.refused(directory.get().path());
    }
    return listed;
  }

  private Optional<Resolution> library(SysrootPath path) throws IOException {
    try {
      return isLibrary(path.fileName())
          ? sysroot.find(path).filter(Resolution::isRegularFile)
          : Optional.empty();
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
  }

  /** By what name the cache has a file; empty if it is not one that ldconfig can read. */
  private Optional<String> soname(Resolution file) throws IOException {
    try {
      return files
          .read(file)
          .filter(Ldconfig::isSharedObject)
          .map(
              elf -> elf.dynamic().flatMap(ElfDynamic::soname).orElse(file.requested().fileName()));
    } catch (AccessDeniedException e) {
      files.refused(file.path());
      return Optional.empty();
    } catch (MalformedElfException e) {
      // It warns of such files and goes on.
      return Optional.empty();
    }
  }

  /** elf/readelflib.c, {@code process_elf_file}. */
  private static boolean isSharedObject(ElfFile elf) {
    return elf.header().type() == ElfHeader.ET_DYN && elf.dynamic().isPresent();
  }

  private boolean isLibrary(String name) {
    return LIBRARY.matcher(name).matches()
        && !PRELINK.matcher(name).matches()
        && (listsUnpacked || !UNPACKED.matcher(name).matches());
  }

  /** Of files for one name, one that is no link; then the one whose name says a later version. */
  private static Resolution preferred(Resolution one, Resolution other) {
    boolean isLink = isLink(one);
    if (isLink != isLink(other)) {
      return isLink ? other : one;
    }
    int order =
        LdSoCacheWriter.compareNames(
            one.requested().fileName(), other.requested().fileName(), /* signedChar= */ true);
    return order < 0 ? other : one;
  }

  private static boolean isLink(Resolution file) {
    String name = file.requested().fileName();
    return file.hops().stream().anyMatch(hop -> hop.link().fileName().equals(name));
  }

  /** The links that ld(1) looks for, to a library of the same name, count by their own. */
  private static boolean isDevelopmentLink(Resolution file, String soname) {
    String name = file.requested().fileName();
    return name.endsWith(".so") && soname.startsWith(name) && isLink(file);
  }
}
