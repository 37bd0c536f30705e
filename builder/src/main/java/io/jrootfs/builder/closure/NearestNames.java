package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The names somebody may have meant. */
public final class NearestNames {
  private static final int MAX_NAMES = 3;

  private NearestNames() {}

  /**
   * Those of {@code names} that somebody may have meant by {@code name}, nearest first; the ones as
   * near as each other in alphabetical order.
   */
  public static ImmutableList<String> among(Iterable<String> names, String name) {
    // One slip per four letters: with more, short names resemble everything.
    int allowed = Math.min(2, Math.max(1, name.length() / 4));
    Map<String, Integer> near = new TreeMap<>();
    for (String candidate : names) {
      // Every letter more or less is a slip; a name may be a whole command line long.
      if (Math.abs(name.length() - candidate.length()) <= allowed) {
        int distance = distance(name, candidate);
        if (distance > 0 && distance <= allowed) {
          near.put(candidate, distance);
        }
      }
    }
    return near.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry::getValue))
        .limit(MAX_NAMES)
        .map(Map.Entry::getKey)
        .map(Printable::of)
        .collect(ImmutableList.toImmutableList());
  }

  /** Names in {@code directories} that differ from {@code name} by a slip of the keyboard. */
  static ImmutableList<String> of(Sysroot sysroot, Iterable<SysrootPath> directories, String name)
      throws IOException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (SysrootPath directory : directories) {
      names.addAll(names(sysroot, directory));
    }
    return among(names.build(), name);
  }

  /** The same for the last component of a path, as whole paths. */
  static ImmutableList<String> ofPath(Sysroot sysroot, SysrootPath path) throws IOException {
    SysrootPath parent = path.parent();
    return of(sysroot, ImmutableList.of(parent), path.fileName()).stream()
        .map(name -> parent.resolve(name).value())
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The files that somebody may have meant whose file is not there, as he would write them: those
   * beside it whose names go on with an extension, or differ by a slip of the keyboard.
   */
  public static ImmutableList<String> ofFile(Path file) throws IOException {
    Path last = file.getFileName();
    Path parent = file.toAbsolutePath().getParent();
    if (last == null || parent == null || !Files.isDirectory(parent)) {
      return ImmutableList.of();
    }
    ImmutableList<String> names = names(parent);
    ImmutableList<String> longer =
        names.stream()
            .filter(name -> name.startsWith(last + "."))
            .sorted()
            .limit(MAX_NAMES)
            .map(Printable::of)
            .collect(ImmutableList.toImmutableList());
    return (longer.isEmpty() ? among(names, last.toString()) : longer)
        .stream()
            .map(name -> file.resolveSibling(name).toString())
            .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<String> names(Sysroot sysroot, SysrootPath directory)
      throws IOException {
    Optional<Resolution> found = sysroot.find(directory).filter(Resolution::isDirectory);
    if (found.isEmpty()) {
      return ImmutableList.of();
    }
    return names(sysroot.file(found.get().path()));
  }

  private static ImmutableList<String> names(Path directory) throws IOException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (AccessDeniedException e) {
      // A directory that may be searched but not listed has nothing to suggest.
      return ImmutableList.of();
    }
    return names.build();
  }

  /**
   * How many insertions, deletions, replacements and swaps of neighbours lead from one to the other
   * (optimal string alignment).
   */
  public static int distance(String from, String to) {
    int[][] d = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[from.length()][to.length()];
  }
}
