package io.jrootfs.builder.sysroot;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/** Collects names of a sysroot. Links that lead nowhere there are left out. */
public final class SysrootTrees {
  private final Sysroot sysroot;

  /** Collects from one sysroot. */
  public SysrootTrees(Sysroot sysroot) {
    this.sysroot = sysroot;
  }

  /** Where {@code path} leads; a link in a circle leads nowhere. */
  public Optional<Resolution> find(SysrootPath path) throws IOException {
    try {
      return sysroot.find(path);
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
  }

  /** The same of a path as text. */
  public Optional<Resolution> find(String path) throws IOException {
    return find(SysrootPath.of(path));
  }

  /** Those of {@code paths} that are there, for themselves. */
  public Set<SysrootPath> present(Iterable<String> paths) throws IOException {
    Set<SysrootPath> present = new TreeSet<>();
    for (String path : paths) {
      if (find(path).isPresent()) {
        present.add(SysrootPath.of(path));
      }
    }
    return present;
  }

  /** Everything at and below those of {@code paths} that are there. */
  public Set<SysrootPath> trees(Iterable<String> paths) throws IOException {
    Set<SysrootPath> found = new TreeSet<>();
    for (String path : paths) {
      Optional<Resolution> top = find(path);
      if (top.isPresent()) {
        found.add(SysrootPath.of(path));
        collect(top.get().path(), found);
      }
    }
    return found;
  }

  /** Links are taken as they are; what they lead to comes along, but not what is below it. */
  private void collect(SysrootPath linkFree, Set<SysrootPath> found) throws IOException {
    Path file = sysroot.file(linkFree);
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(file)) {
      for (Path child : children) {
        SysrootPath path = linkFree.resolve(String.valueOf(child.getFileName()));
        if (find(path).isPresent()) {
          found.add(path);
          collect(path, found);
        }
      }
    }
  }

  /** The names in a directory, sorted; none if there is no such directory. */
  public Set<String> names(String directory) throws IOException {
    Set<String> names = new TreeSet<>();
    Optional<Resolution> found = find(directory).filter(Resolution::isDirectory);
    if (found.isPresent()) {
      try (DirectoryStream<Path> children =
          Files.newDirectoryStream(sysroot.file(found.get().path()))) {
        children.forEach(child -> names.add(String.valueOf(child.getFileName())));
      }
    }
    return names;
  }

  /**
   * The paths that match a pattern, sorted. A star stands for any part of one component, a question
   * mark for a character, brackets for one of several; hidden files only match if the pattern says
   * the dot. A path without any of these matches itself, if it is there.
   *
   * @param pattern absolute
   * @throws IllegalArgumentException if brackets do not match
   */
  public ImmutableList<SysrootPath> matching(String pattern) throws IOException {
    ImmutableList<SysrootPath> found = ImmutableList.of(SysrootPath.ROOT);
    for (String component : SysrootPath.of(pattern).components()) {
      ImmutableList.Builder<SysrootPath> next = ImmutableList.builder();
      for (SysrootPath directory : found) {
        for (String name :
            isPattern(component) ? matching(directory, component) : Set.of(component)) {
          if (find(directory.resolve(name)).isPresent()) {
            next.add(directory.resolve(name));
          }
        }
      }
      found = next.build();
    }
    return ImmutableList.sortedCopyOf(found);
  }

  /** Whether the text is more than a path. */
  public static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /**
   * Fails on a pattern that {@link #matching} would refuse.
   *
   * @throws IllegalArgumentException with the reason
   */
  public static void checkPattern(String pattern) {
    SysrootPath.of(pattern).components().forEach(SysrootTrees::matcher);
  }

  /** Braces and backslashes mean something to the JDK, but not in our patterns. */
  private static PathMatcher matcher(String component) {
    try {
      return FileSystems.getDefault()
          .getPathMatcher("glob:" + component.replaceAll("([{}\\\\])", "\\\\$1"));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("bad pattern '" + component + "'", e);
    }
  }

  private Set<String> matching(SysrootPath directory, String pattern) throws IOException {
    PathMatcher matcher = matcher(pattern);
    Set<String> names = new TreeSet<>();
    for (String name : names(directory.value())) {
      if (matcher.matches(Path.of(name)) && (!name.startsWith(".") || pattern.startsWith("."))) {
        names.add(name);
      }
    }
    return names;
  }
}
