package io.jrootfs.builder.feature;

import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Collects names of a sysroot. Links that lead nowhere there are left out. */
final class SysrootTrees {
  private final Sysroot sysroot;

  SysrootTrees(Sysroot sysroot) {
    this.sysroot = sysroot;
  }

  /** Where {@code path} leads; a link in a circle leads nowhere. */
  Optional<Resolution> find(SysrootPath path) throws IOException {
    try {
      return sysroot.find(path);
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
  }

  Optional<Resolution> find(String path) throws IOException {
    return find(SysrootPath.of(path));
  }

  /** Those of {@code paths} that are there, for themselves. */
  Set<SysrootPath> present(Iterable<String> paths) throws IOException {
    Set<SysrootPath> present = new TreeSet<>();
    for (String path : paths) {
      if (find(path).isPresent()) {
        present.add(SysrootPath.of(path));
      }
    }
    return present;
  }

  /** Everything at and below those of {@code paths} that are there. */
  Set<SysrootPath> trees(Iterable<String> paths) throws IOException {
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
  Set<String> names(String directory) throws IOException {
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
}
