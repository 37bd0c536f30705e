package io.jrootfs.builder.ldso;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code /etc/ld.so.conf}, which only ldconfig(8) reads, never a loader (glibc, elf/ldconfig.c,
 * {@code parse_conf}).
 */
final class LdSoConf {
  private static final Splitter LINES = Splitter.on('\n');
  private static final Splitter WORDS = Splitter.onPattern("[ \t]+").omitEmptyStrings();
  private static final CharMatcher WILD = CharMatcher.anyOf("*?[");
  private static final CharMatcher BLANK = CharMatcher.anyOf(" \t\r\f");

  /** Some directories; ldconfig itself knows no bound. */
  private static final int MAX_SIZE = 1 << 20;

  /** Files that include each other end here. */
  private static final int MAX_FILES = 1000;

  private final Sysroot sysroot;
  private final ElfFiles elfFiles;
  private final Set<String> directories = new LinkedHashSet<>();
  private final Set<FileIdentity> known = new HashSet<>();
  private int files;

  private LdSoConf(Sysroot sysroot, ElfFiles elfFiles) {
    this.sysroot = sysroot;
    this.elfFiles = elfFiles;
  }

  /** The directories it names, includes followed, in order; none if there is no such file. */
  static ImmutableList<String> directories(Sysroot sysroot, ElfFiles elfFiles, SysrootPath file)
      throws IOException {
    LdSoConf conf = new LdSoConf(sysroot, elfFiles);
    conf.read(file);
    return ImmutableList.copyOf(conf.directories);
  }

  private void read(SysrootPath path) throws IOException {
    Optional<Resolution> file = elfFiles.find(path);
    boolean isReadable =
        file.isPresent() && file.get().isRegularFile() && file.get().size() <= MAX_SIZE;
    if (!isReadable || ++files > MAX_FILES) {
      return;
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(sysroot.file(file.get().path()));
    } catch (AccessDeniedException e) {
      // ldconfig warns and goes on.
      elfFiles.refused(file.get().path());
      return;
    }
    for (String line : LINES.split(FileNames.decode(bytes))) {
      // As in a C string, the line also ends at a NUL.
      int comment = CharMatcher.anyOf("#\0").indexIn(line);
      line(path, BLANK.trimFrom(comment < 0 ? line : line.substring(0, comment)));
    }
  }

  private void line(SysrootPath file, String line) throws IOException {
    List<String> words = WORDS.splitToList(line);
    if (words.isEmpty() || words.get(0).equals("hwcap")) {
      return;
    }
    if (words.get(0).equals("include")) {
      for (String pattern : words.subList(1, words.size())) {
        include(file.parent().resolve(pattern));
      }
    } else if (line.startsWith("/")) {
      add(SysrootPath.of(line));
    }
  }

  /** A directory with several names counts by the first, for others never get into the cache. */
  private void add(SysrootPath directory) throws IOException {
    Optional<Resolution> file = elfFiles.find(directory);
    if (file.isEmpty() || known.add(file.get().identity())) {
      directories.add(directory.value());
    }
  }

  /** As glob(3): in any component, names with a leading dot only where it is written; sorted. */
  private void include(SysrootPath pattern) throws IOException {
    Set<SysrootPath> matches = new TreeSet<>(Set.of(SysrootPath.ROOT));
    for (String component : pattern.components()) {
      Set<SysrootPath> below = new TreeSet<>();
      for (SysrootPath directory : matches) {
        if (WILD.matchesNoneOf(component)) {
          below.add(directory.resolve(component));
        } else if (below.size() < MAX_FILES) {
          below.addAll(matches(directory, component));
        }
      }
      matches = below;
    }
    for (SysrootPath match : matches) {
      read(match);
    }
  }

  private Set<SysrootPath> matches(SysrootPath path, String pattern) throws IOException {
    Set<SysrootPath> matches = new TreeSet<>();
    Optional<Resolution> directory = elfFiles.find(path).filter(Resolution::isDirectory);
    if (directory.isEmpty()) {
      return matches;
    }
    String glob = pattern.replace("{", "\\{").replace("}", "\\}");
    try (DirectoryStream<Path> names =
        Files.newDirectoryStream(sysroot.file(directory.get().path()), glob)) {
      for (Path each : names) {
        String name = FileNames.of(each.getFileName());
        if (!name.startsWith(".") || pattern.startsWith(".")) {
          matches.add(path.resolve(name));
        }
      }
    } catch (AccessDeniedException e) {
      // As glob(3), which passes over what it cannot list.
      elfFiles.refused(directory.get().path());
    }
    return matches;
  }
}
