package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.util.Optional;

/**
 * One search for one name by musl's rules. The first file that can be opened ends it, good or not:
 * musl passes nothing over (ldso/dynlink.c, {@code path_open}, {@code map_library}).
 */
final class MuslSearch {
  private static final String UNKNOWN_DIRECTORY =
      "relative to the working directory, which is not known before the program runs";

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final ElfHeader program;
  private final String name;
  private final ImmutableList.Builder<SearchedPlace> searched = ImmutableList.builder();

  MuslSearch(Sysroot sysroot, ElfFiles files, ElfHeader program, String name) {
    this.sysroot = sysroot;
    this.files = files;
    this.program = program;
    this.name = name;
  }

  ImmutableList<SearchedPlace> searched() {
    return searched.build();
  }

  void note(SearchedPlace place) {
    searched.add(place);
  }

  Optional<SearchEnd> inDirectories(FoundBy rule, Iterable<String> directories) throws IOException {
    for (String directory : directories) {
      Optional<SearchEnd> end = at(rule, directory, directory + "/" + name);
      if (end.isPresent()) {
        return end;
      }
    }
    return Optional.empty();
  }

  Optional<SearchEnd> atPath(FoundBy rule) throws IOException {
    return at(rule, name, name);
  }

  private Optional<SearchEnd> at(FoundBy rule, String place, String path) throws IOException {
    if (!path.startsWith("/")) {
      searched.add(new SearchedPlace(rule, place, Optional.of(UNKNOWN_DIRECTORY)));
      return Optional.empty();
    }
    SysrootPath candidate = SysrootPath.of(path);
    Optional<Resolution> file;
    try {
      file = sysroot.find(candidate);
    } catch (FileSystemLoopException e) {
      return dead(rule, place, path, "is a link with too many levels of symbolic links");
    }
    if (file.isEmpty()) {
      searched.add(files.nothing(rule, place, candidate));
      return Optional.empty();
    }
    if (!file.get().isRegularFile()) {
      return dead(rule, place, path, "is not a regular file");
    }
    try {
      Optional<ElfFile> elf = files.read(file.get());
      Optional<String> fault = elf.isEmpty() ? Optional.of("is not an ELF file") : fault(elf.get());
      if (fault.isEmpty() && !file.get().isUtf8()) {
        fault = Optional.of(SearchedPlace.NOT_UTF8);
      }
      return fault.isPresent()
          ? dead(rule, place, path, fault.get())
          : Optional.of(new SearchEnd.Hit(file.get(), elf.orElseThrow(), rule));
    } catch (AccessDeniedException e) {
      files.refused(file.get().path());
      searched.add(new SearchedPlace(rule, place, Optional.of(GlibcAcceptance.UNREADABLE)));
      return Optional.empty();
    } catch (MalformedElfException e) {
      return dead(rule, place, path, e.complaint());
    }
  }

  private Optional<SearchEnd> dead(FoundBy rule, String place, String path, String reason) {
    searched.add(new SearchedPlace(rule, place, Optional.of(reason)));
    return Optional.of(new SearchEnd.Dead("the loader gives up at " + path + ", which " + reason));
  }

  /** musl does not look at the machine; a foreign library fails when it is relocated. */
  private Optional<String> fault(ElfFile elf) {
    ElfHeader header = elf.header();
    if (!header.isForSameMachineAs(program)) {
      return Optional.of("is for " + header.machineName());
    }
    if (header.type() != ElfHeader.ET_DYN && header.type() != ElfHeader.ET_EXEC) {
      return Optional.of("is neither a shared object nor an executable");
    }
    if (elf.loadSegments() == 0) {
      return Optional.of("has no loadable segments");
    }
    return elf.dynamic().isEmpty() ? Optional.of("has no dynamic section") : Optional.empty();
  }
}
