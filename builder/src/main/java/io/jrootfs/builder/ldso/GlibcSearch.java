package io.jrootfs.builder.ldso;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** One search for one name: tries places until a file ends it, and remembers the places. */
final class GlibcSearch {
  private static final Splitter PATH_LIST = Splitter.on(':');
  private static final String UNKNOWN_DIRECTORY =
      "relative to the working directory, which is not known before the program runs";

  private static final int S_ISUID = 04000;

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final PathElements elements;
  private final GlibcAcceptance acceptance;
  private final ImmutableList<String> subdirectories;
  private final String name;
  private final boolean isDistrusted;
  private final ImmutableList.Builder<SearchedPlace> searched = ImmutableList.builder();

  /**
   * A search about to begin.
   *
   * @param subdirectories what is looked into below each directory, in order
   * @param isDistrusted whether a search takes set-user-ID files only
   */
  GlibcSearch(
      Sysroot sysroot,
      ElfFiles files,
      PathElements elements,
      GlibcAcceptance acceptance,
      ImmutableList<String> subdirectories,
      String name,
      boolean isDistrusted) {
    this.isDistrusted = isDistrusted;
    this.sysroot = sysroot;
    this.files = files;
    this.elements = elements;
    this.acceptance = acceptance;
    this.subdirectories = subdirectories;
    this.name = name;
  }

  /** What is searched for. */
  String name() {
    return name;
  }

  /** Whether it takes set-user-ID files only, and no cache. */
  boolean isDistrusted() {
    return isDistrusted;
  }

  /** What is looked into below each directory, in order. */
  ImmutableList<String> subdirectories() {
    return subdirectories;
  }

  ImmutableList<SearchedPlace> searched() {
    return searched.build();
  }

  void note(SearchedPlace place) {
    searched.add(place);
  }

  void note(ImmutableList<SearchedPlace> places) {
    searched.addAll(places);
  }

  /**
   * Every directory of an rpath or run path (elf/dl-load.c, {@code fillin_rpath}).
   *
   * @param owner the object the list stands in
   */
  Optional<SearchEnd> inPathList(FoundBy rule, String list, LoadedObject owner) throws IOException {
    if (list.isEmpty()) {
      return Optional.empty();
    }
    Set<String> directories = new LinkedHashSet<>();
    for (String element : PATH_LIST.split(list)) {
      Optional<String> expanded = elements.expand(element, owner);
      if (expanded.isPresent()) {
        directories.add(expanded.get());
      } else {
        searched.add(new SearchedPlace(rule, element, Optional.of(elements.whyDropped())));
      }
    }
    return inDirectories(rule, directories);
  }

  Optional<SearchEnd> inDirectories(FoundBy rule, Iterable<String> directories) throws IOException {
    for (String directory : directories) {
      try {
        Optional<SearchEnd> end =
            directory.startsWith("/") ? below(rule, directory) : unknown(rule, directory);
        if (end.isPresent()) {
          return end;
        }
      } catch (FileSystemLoopException e) {
        searched.add(
            new SearchedPlace(rule, e.getFile(), Optional.of("too many levels of symbolic links")));
        // ELOOP is none of the errors that lead to the next directory, but to the next rule they
        // do. A directory that cannot be looked at does not count.
        if (!isLoop(directory)) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private boolean isLoop(String directory) throws IOException {
    try {
      return sysroot.find(SysrootPath.of(directory)).isEmpty();
    } catch (FileSystemLoopException e) {
      return true;
    }
  }

  private Optional<SearchEnd> below(FoundBy rule, String directory) throws IOException {
    for (String subdirectory : subdirectories) {
      Optional<SearchEnd> end = below(rule, directory, subdirectory);
      if (end.isPresent()) {
        return end;
      }
    }
    return Optional.empty();
  }

  private Optional<SearchEnd> below(FoundBy rule, String directory, String subdirectory)
      throws IOException {
    SysrootPath place = SysrootPath.of(directory + "/" + subdirectory);
    SysrootPath candidate = place.resolve(name);
    // Most subdirectories do not exist; only the directory itself is worth a word.
    Optional<SearchEnd> end =
        subdirectory.isEmpty() || sysroot.find(candidate).isPresent()
            ? at(rule, place.value(), candidate)
            : Optional.empty();
    return end.isPresent() && isRefused(end.get()) ? refuse(rule, place) : end;
  }

  /** The loader asks for the bit once it has opened a good file (elf/dl-load.c, open_path). */
  private boolean isRefused(SearchEnd end) {
    return isDistrusted && end instanceof SearchEnd.Hit hit && (hit.file().mode() & S_ISUID) == 0;
  }

  private Optional<SearchEnd> refuse(FoundBy rule, SysrootPath place) {
    searched.add(
        new SearchedPlace(
            rule,
            place.value(),
            Optional.of("not set-user-ID, as a program that gains privileges asks of such files")));
    return Optional.empty();
  }

  /** A directory as a cache would have it: an entry for each subdirectory that it can tell of. */
  Optional<SearchEnd> inCachedDirectory(
      CachedDirectory directory, Optional<ElfMachine> machine, Ldconfig ldconfig)
      throws IOException {
    FoundBy.LibraryDirectory rule = directory.rule();
    try {
      for (String subdirectory : subdirectories) {
        boolean isForHwcaps = subdirectory.startsWith("glibc-hwcaps/");
        Optional<HwcapBits> bits =
            isForHwcaps ? Optional.of(HwcapBits.NONE) : HwcapBits.of(machine, subdirectory);
        Optional<SearchEnd> end =
            bits.isPresent() && isListed(directory, subdirectory, ldconfig)
                ? below(rule.on(bits.get().mask()), directory.path(), subdirectory)
                : Optional.empty();
        if (end.isEmpty() && isForHwcaps && directory.byLdconfig()) {
          end = bySoname(directory, subdirectory, ldconfig);
        }
        if (end.isPresent()) {
          return end;
        }
      }
    } catch (FileSystemLoopException e) {
      searched.add(
          new SearchedPlace(rule, e.getFile(), Optional.of("too many levels of symbolic links")));
    }
    return Optional.empty();
  }

  private Optional<SearchEnd> bySoname(
      CachedDirectory directory, String subdirectory, Ldconfig ldconfig) throws IOException {
    SysrootPath place = SysrootPath.of(directory.path() + "/" + subdirectory);
    Optional<Resolution> file = ldconfig.inHwcaps(place, name);
    return file.isEmpty()
        ? Optional.empty()
        : at(directory.rule(), place.value(), file.get().requested());
  }

  private boolean isListed(CachedDirectory directory, String subdirectory, Ldconfig ldconfig)
      throws IOException {
    SysrootPath place = SysrootPath.of(directory.path() + "/" + subdirectory);
    Optional<Resolution> file =
        directory.byLdconfig() ? sysroot.find(place.resolve(name)) : Optional.empty();
    Optional<String> reason = file.isEmpty() ? Optional.empty() : ldconfig.whyUnlisted(file.get());
    if (reason.isPresent()) {
      searched.add(new SearchedPlace(directory.rule(), place.value(), reason));
    }
    return reason.isEmpty();
  }

  Optional<SearchEnd> atPath(FoundBy rule, String path) throws IOException {
    try {
      return path.startsWith("/") ? at(rule, path, SysrootPath.of(path)) : unknown(rule, path);
    } catch (FileSystemLoopException e) {
      searched.add(new SearchedPlace(rule, path, Optional.of("too many levels of symbolic links")));
      return Optional.empty();
    }
  }

  private Optional<SearchEnd> unknown(FoundBy rule, String place) {
    searched.add(
        new SearchedPlace(rule, place.isEmpty() ? "." : place, Optional.of(UNKNOWN_DIRECTORY)));
    return Optional.empty();
  }

  private Optional<SearchEnd> at(FoundBy rule, String place, SysrootPath candidate)
      throws IOException {
    Optional<Resolution> file = sysroot.find(candidate);
    if (file.isEmpty()) {
      searched.add(files.nothing(rule, place, candidate));
      return Optional.empty();
    }
    GlibcAcceptance.Verdict verdict = acceptance.judge(file.get());
    boolean isTaken = verdict instanceof GlibcAcceptance.Accepted;
    if (isTaken && !file.get().isUtf8()) {
      searched.add(new SearchedPlace(rule, place, Optional.of(SearchedPlace.NOT_UTF8)));
      return Optional.of(
          new SearchEnd.Dead("the file at " + candidate + " " + SearchedPlace.NOT_UTF8));
    }
    if (verdict instanceof GlibcAcceptance.Accepted accepted) {
      return Optional.of(new SearchEnd.Hit(file.get(), accepted.elf(), rule));
    }
    if (verdict instanceof GlibcAcceptance.Fatal fatal) {
      searched.add(new SearchedPlace(rule, place, Optional.of(fatal.reason())));
      return Optional.of(
          new SearchEnd.Dead("the loader gives up at " + candidate + ", which " + fatal.reason()));
    }
    searched.add(
        new SearchedPlace(
            rule, place, Optional.of(((GlibcAcceptance.PassedOver) verdict).reason())));
    return Optional.empty();
  }
}
