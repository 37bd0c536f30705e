package io.jrootfs.builder.dpkg;

import com.google.common.base.CharMatcher;
import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.EOFException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The lists of what packages have brought, one file for each package, a path a line. A system has a
 * thousand of them with ten megabytes, which every build reads as a JVM that has just started: they
 * are searched as bytes, by two threads, without more calls for each than it takes.
 */
final class FileLists {
  private static final String LIST = ".list";

  /** What a name may consist of for the JDK and the kernel to take it as it is. */
  private static final CharMatcher FILE_NAME =
      CharMatcher.inRange('!', '~').and(CharMatcher.isNot('/'));

  private static final int MAX_NAME = 200;

  private final Sysroot sysroot;
  private final SysrootPath place;
  private final Path directory;
  private final FileNames wanted;
  private byte[] buffer = new byte[64 << 10];

  /**
   * @param place link-free, of the lists
   */
  private FileLists(Sysroot sysroot, SysrootPath place, FileNames wanted) {
    this.sysroot = sysroot;
    this.place = place;
    this.directory = sysroot.file(place);
    this.wanted = wanted;
  }

  /**
   * The wanted lines of each package's list; of a package that has no list, none and no key.
   *
   * @param place of the lists
   * @throws IOException if a list cannot be read, is cut meanwhile, or holds what no path can
   */
  static Map<DpkgPackage, List<String>> read(
      Sysroot sysroot, SysrootPath place, List<DpkgPackage> packages, FileNames wanted)
      throws IOException {
    Optional<Resolution> found = sysroot.find(place).filter(Resolution::isDirectory);
    if (found.isEmpty() || packages.isEmpty()) {
      return new TreeMap<>();
    }
    SysrootPath directory = found.get().path();
    int half = packages.size() / 2;
    // A view of a tree is for one thread.
    Sysroot other = Sysroot.of(sysroot.directory());
    FutureTask<Map<DpkgPackage, List<String>>> second =
        new FutureTask<>(
            () ->
                new FileLists(other, directory, wanted)
                    .read(packages.subList(half, packages.size())));
    Thread thread = new Thread(second, "file lists");
    thread.setDaemon(true);
    thread.start();
    // If both fail, the first one counts, as if they were read one after the other.
    Map<DpkgPackage, List<String>> lists =
        new FileLists(sysroot, directory, wanted).read(packages.subList(0, half));
    lists.putAll(resultOf(second));
    return lists;
  }

  private static Map<DpkgPackage, List<String>> resultOf(
      FutureTask<Map<DpkgPackage, List<String>>> task) throws IOException {
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(task));
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      Throwables.throwIfInstanceOf(cause, IOException.class);
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }

  private Map<DpkgPackage, List<String>> read(List<DpkgPackage> packages) throws IOException {
    Map<DpkgPackage, List<String>> lists = new TreeMap<>();
    for (DpkgPackage one : packages) {
      // dpkg names the architecture where it can have the package of several: pkg_infodb_get_file()
      // of its lib/dpkg/db-fsys-files.c. A database of an older dpkg has another name for some.
      boolean isQualified = one.isCoinstallable();
      List<String> list = read(isQualified ? one.qualifiedName() : one.name());
      if (list == null) {
        list = read(isQualified ? one.name() : one.qualifiedName());
      }
      if (list != null) {
        lists.put(one, list);
      }
    }
    return lists;
  }

  /** Null if there is no such list. */
  private @Nullable List<String> read(String name) throws IOException {
    if (!FILE_NAME.matchesAllOf(name) || name.length() > MAX_NAME) {
      return readResolved(name);
    }
    Path list = directory.resolve(name + LIST);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(list, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return null;
    }
    if (attributes.isSymbolicLink()) {
      return readResolved(name);
    }
    return attributes.isRegularFile() ? read(list.toFile(), attributes.size()) : null;
  }

  /** By the rules of the tree, for links and for architectures that are no names of files. */
  private @Nullable List<String> readResolved(String name) throws IOException {
    if (name.indexOf('/') >= 0) {
      return null;
    }
    Optional<Resolution> found =
        sysroot.find(place.resolve(name + LIST)).filter(Resolution::isRegularFile);
    return found.isEmpty()
        ? null
        : read(sysroot.file(found.get().path()).toFile(), found.get().size());
  }

  private List<String> read(File list, long size) throws IOException {
    DpkgDatabase.checkSize(list.toPath(), size);
    int length = Math.toIntExact(size);
    if (buffer.length <= length) {
      buffer = new byte[Math.max(length, Math.min(2 * buffer.length, DpkgDatabase.MAX_SIZE)) + 1];
    }
    int filled = 0;
    // Of a channel, the calls around the system's take as long as the system.
    try (FileInputStream in = new FileInputStream(list)) {
      // Less than was asked for, one byte more than there should be, is all there is.
      for (int count = 0; count >= 0 && filled < length; filled += Math.max(count, 0)) {
        count = in.read(buffer, filled, length + 1 - filled);
      }
      if (filled != length || (length == 0 && in.read() >= 0)) {
        throw new EOFException(list + " was changed while it was read");
      }
    }
    return wantedLines(list, length);
  }

  private List<String> wantedLines(File list, int length) throws IOException {
    List<String> lines = new ArrayList<>(0);
    byte[] bytes = buffer;
    int line = 0;
    for (int at = 0; at < length; at++) {
      byte each = bytes[at];
      // Nearly every byte is above both, or of a character that has several.
      if (each <= '\n' && each >= 0) {
        if (each == 0) {
          throw DpkgDatabase.noText(list.toPath());
        }
        if (each == '\n') {
          offer(line, at, lines);
          line = at + 1;
        }
      }
    }
    offer(line, length, lines);
    return lines;
  }

  private void offer(int line, int end, List<String> lines) {
    if (wanted.canBeOf(buffer, line, end) && line < end && buffer[line] == '/') {
      // Names that are not UTF-8 are in no image, so what they become here matters to nobody.
      String path = new String(buffer, line, end - line, StandardCharsets.UTF_8);
      if (wanted.areOf(path)) {
        lines.add(path);
      }
    }
  }
}
