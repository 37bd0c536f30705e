package io.jrootfs.builder.dpkg;

import com.google.common.base.CharMatcher;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.EOFException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /** What is kept until it is searched, in bytes; the rest is read then. */
  private static final int MAX_KEPT = 32 << 20;

  private final Sysroot sysroot;
  private final SysrootPath place;
  private final List<DpkgPackage> packages;

  /** Of the first ones of the packages. */
  private final List<Content> kept = new ArrayList<>();

  /** A list, or that there is none. */
  private static final class Content {
    static final Content NONE = new Content(null, new byte[0], 0);

    final @Nullable Path file;
    final byte[] bytes;
    final int length;

    Content(@Nullable Path file, byte[] bytes, int length) {
      this.file = file;
      this.bytes = bytes;
      this.length = length;
    }
  }

  private FileLists(Sysroot sysroot, SysrootPath place, List<DpkgPackage> packages) {
    this.sysroot = sysroot;
    this.place = place;
    this.packages = packages;
  }

  /**
   * The lists of some packages, to be read.
   *
   * @param place of the lists
   * @throws IOException if the tree cannot be read
   */
  static FileLists of(Sysroot sysroot, SysrootPath place, List<DpkgPackage> packages)
      throws IOException {
    Optional<Resolution> found = sysroot.find(place).filter(Resolution::isDirectory);
    return found.isPresent()
        ? new FileLists(sysroot, found.get().path(), packages)
        : new FileLists(sysroot, place, List.of());
  }

  /**
   * Reads them for {@link #lines} to have less to do.
   *
   * @throws IOException if a list cannot be read, or is cut meanwhile
   */
  void keep() throws IOException {
    Reader reader = new Reader(sysroot, place);
    int size = 0;
    for (DpkgPackage one : packages) {
      if (size > MAX_KEPT) {
        return;
      }
      Content content = reader.read(one);
      // The reader's bytes are the next one's too.
      byte[] bytes = Arrays.copyOf(content.bytes, content.length);
      kept.add(new Content(content.file, bytes, content.length));
      size += content.length;
    }
  }

  /**
   * The wanted lines of each package's list; of a package that has no list, none and no key.
   *
   * @throws IOException if a list cannot be read, is cut meanwhile, or holds what no path can
   */
  Map<DpkgPackage, List<String>> lines(FileNames wanted) throws IOException {
    int half = packages.size() / 2;
    // A view of a tree is for one thread.
    Sysroot other = Sysroot.of(sysroot.directory());
    FutureTask<Map<DpkgPackage, List<String>>> second =
        new FutureTask<>(() -> lines(wanted, new Reader(other, place), half, packages.size()));
    Thread thread = new Thread(second, "file lists");
    thread.setDaemon(true);
    thread.start();
    // If both fail, the first one counts, as if they were read one after the other.
    Map<DpkgPackage, List<String>> lines = lines(wanted, new Reader(sysroot, place), 0, half);
    lines.putAll(DatabaseReading.resultOf(second));
    return lines;
  }

  private Map<DpkgPackage, List<String>> lines(FileNames wanted, Reader reader, int from, int to)
      throws IOException {
    Map<DpkgPackage, List<String>> lists = new TreeMap<>();
    for (int i = from; i < to; i++) {
      DpkgPackage one = packages.get(i);
      Content content = i < kept.size() ? kept.get(i) : reader.read(one);
      if (content.file != null) {
        lists.put(one, wantedLines(content.file, content, wanted));
      }
    }
    return lists;
  }

  /** What one thread reads with. */
  private static final class Reader {
    private final Sysroot sysroot;
    private final SysrootPath place;
    private final Path directory;
    private byte[] buffer = new byte[64 << 10];

    /**
     * @param place link-free, of the lists
     */
    Reader(Sysroot sysroot, SysrootPath place) {
      this.sysroot = sysroot;
      this.place = place;
      this.directory = sysroot.file(place);
    }

    Content read(DpkgPackage one) throws IOException {
      // dpkg names the architecture where it can have the package of several: pkg_infodb_get_file()
      // of its lib/dpkg/db-fsys-files.c. A database of an older dpkg has another name for some.
      boolean isQualified = one.isCoinstallable();
      Content list = read(isQualified ? one.qualifiedName() : one.name());
      return list.file == null ? read(isQualified ? one.name() : one.qualifiedName()) : list;
    }

    private Content read(String name) throws IOException {
      if (!FILE_NAME.matchesAllOf(name) || name.length() > MAX_NAME) {
        return readResolved(name);
      }
      Path list = directory.resolve(name + LIST);
      BasicFileAttributes attributes;
      try {
        attributes =
            Files.readAttributes(list, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException | AccessDeniedException e) {
        return Content.NONE;
      }
      if (attributes.isSymbolicLink()) {
        return readResolved(name);
      }
      return attributes.isRegularFile() ? read(list, attributes.size()) : Content.NONE;
    }

    /** By the rules of the tree, for links and for architectures that are no names of files. */
    private Content readResolved(String name) throws IOException {
      if (name.indexOf('/') >= 0) {
        return Content.NONE;
      }
      Optional<Resolution> found =
          sysroot.find(place.resolve(name + LIST)).filter(Resolution::isRegularFile);
      return found.isEmpty()
          ? Content.NONE
          : read(sysroot.file(found.get().path()), found.get().size());
    }

    private Content read(Path list, long size) throws IOException {
      DpkgDatabase.checkSize(list, size);
      int length = Math.toIntExact(size);
      if (buffer.length <= length) {
        buffer = new byte[Math.max(length, Math.min(2 * buffer.length, DpkgDatabase.MAX_SIZE)) + 1];
      }
      int filled = 0;
      // Of a channel, the calls around the system's take as long as the system.
      try (FileInputStream in = new FileInputStream(list.toFile())) {
        // Less than was asked for, one byte more than there should be, is all there is.
        for (int count = 0; count >= 0 && filled < length; filled += Math.max(count, 0)) {
          count = in.read(buffer, filled, length + 1 - filled);
        }
        if (filled != length || (length == 0 && in.read() >= 0)) {
          throw new EOFException(list + " was changed while it was read");
        }
      }
      return new Content(list, buffer, length);
    }
  }

  private static List<String> wantedLines(Path list, Content content, FileNames wanted)
      throws IOException {
    List<String> lines = new ArrayList<>(0);
    byte[] bytes = content.bytes;
    int length = content.length;
    int line = 0;
    for (int at = 0; at < length; at++) {
      byte each = bytes[at];
      // Nearly every byte is above both, or of a character that has several.
      if (each <= '\n' && each >= 0) {
        if (each == 0) {
          throw DpkgDatabase.noText(list);
        }
        if (each == '\n') {
          offer(bytes, line, at, wanted, lines);
          line = at + 1;
        }
      }
    }
    offer(bytes, line, length, wanted, lines);
    return lines;
  }

  private static void offer(byte[] bytes, int line, int end, FileNames wanted, List<String> lines) {
    if (wanted.canBeOf(bytes, line, end) && line < end && bytes[line] == '/') {
      // Names that are not UTF-8 are in no image, so what they become here matters to nobody.
      String path = new String(bytes, line, end - line, StandardCharsets.UTF_8);
      if (wanted.areOf(path)) {
        lines.add(path);
      }
    }
  }
}
