package io.jrootfs.builder.sysroot;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.posix.Posix;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A read-only view of a directory as if it were {@code /}.
 *
 * <p>Paths are walked one component at a time: absolute links start again at the sysroot, {@code
 * ..} stops at it, and 40 links are followed at most, as in path_resolution(7). Nothing outside the
 * directory is ever reached. What was seen of a name is remembered, so the tree must not change
 * while a view is in use. Not safe for use by several threads.
 */
public final class Sysroot {
  /** The kernel's limit on links followed in one look-up, {@code MAXSYMLINKS}. */
  private static final int MAX_LINKS = 40;

  /** No Linux file system holds a longer name, in bytes (limits.h). */
  private static final int NAME_MAX = 255;

  /** The kernel takes no longer path, in bytes with NUL (limits.h). */
  private static final int PATH_MAX = 4096;

  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;
  private static final int S_IFMT = 0170000;
  private static final int S_IFLNK = 0120000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFDIR = 0040000;

  private final Path directory;
  private final Map<String, Optional<Status>> seen = new HashMap<>();
  private final Map<SysrootPath, Optional<Resolution>> found = new HashMap<>();

  /** Names of which the kernel told nothing (EACCES), as their directory may not be searched. */
  private final Set<String> hidden = new HashSet<>();

  /** By path that ends at such a name, the directory. */
  private final Map<SysrootPath, SysrootPath> unsearchable = new HashMap<>();

  private Sysroot(Path directory) {
    this.directory = directory;
  }

  /**
   * The view of {@code directory}.
   *
   * @throws IOException if it is not a directory that can be read
   */
  public static Sysroot of(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new FileSystemException(directory.toString(), null, "sysroot is not a directory");
    }
    return new Sysroot(real);
  }

  /** The directory, free of links. */
  public Path directory() {
    return directory;
  }

  /** Whether this is the running system's own root. */
  public boolean isHost() {
    return directory.getNameCount() == 0;
  }

  /**
   * The file of a path that is already free of links, such as {@link Resolution#path} or {@link
   * LinkHop#link}. The last component may be a link; it is not followed here.
   */
  public Path file(SysrootPath linkFree) {
    return FileNames.in(directory, linkFree.value().substring(1));
  }

  /**
   * Whether the kernel may give whoever starts {@code file} more than they have: set-user-ID and
   * set-group-ID programs, and those with file capabilities (AT_SECURE, getauxval(3)).
   *
   * @throws IOException if its attributes cannot be read
   */
  public boolean gainsPrivileges(Resolution file) throws IOException {
    return (file.mode() & (S_ISUID | S_ISGID)) != 0
        || Posix.getXattr(file(file.path()), "security.capability").isPresent();
  }

  /** Has a thread load what {@link #gainsPrivileges} needs, which takes a while. */
  public static void prepareForPrivileges() {
    Posix.prepare();
  }

  /**
   * Follows every link of {@code path}.
   *
   * @return empty if a component does not exist, is no directory, or may not be searched (ENOENT,
   *     ENOTDIR, EACCES: the three that make the loader try its next directory), or is longer than
   *     names can be
   * @throws FileSystemLoopException after 40 links
   * @throws IOException on any other failure
   */
  public Optional<Resolution> find(SysrootPath path) throws IOException {
    Optional<Resolution> known = found.get(path);
    if (known == null) {
      known = path.value().length() >= PATH_MAX ? Optional.empty() : findInDirectory(path);
      found.put(path, known);
    }
    return known;
  }

  /**
   * The directory that keeps this user from {@code path}: it may not be searched. Empty if {@link
   * #find} finds something or there is another reason for it not to.
   *
   * @throws IOException as {@link #find} does
   */
  public Optional<SysrootPath> unsearchable(SysrootPath path) throws IOException {
    return find(path).isPresent() ? Optional.empty() : Optional.ofNullable(unsearchable.get(path));
  }

  /** From the directory, which was probably asked for before, if nothing needs the whole walk. */
  private Optional<Resolution> findInDirectory(SysrootPath path) throws IOException {
    String name = path.fileName();
    if (name.isEmpty() || name.equals("..")) {
      return walk(path);
    }
    Resolution directory = find(path.parent()).orElse(null);
    if (directory == null || !directory.isDirectory() || isTooLong(name)) {
      SysrootPath refused = unsearchable.get(path.parent());
      if (refused != null) {
        unsearchable.put(path, refused);
      }
      return Optional.empty();
    }
    SysrootPath file = directory.path().resolve(name);
    Status status = status(file).orElse(null);
    if (status == null) {
      return nothing(path, file);
    }
    return status.linkTarget != null
        ? walk(path)
        : Optional.of(status.resolution(path, directory.hops(), file));
  }

  private static boolean isTooLong(String name) {
    // No character of a String is more than three bytes of UTF-8.
    return name.length() > NAME_MAX / 3 && name.getBytes(StandardCharsets.UTF_8).length > NAME_MAX;
  }

  private Optional<Resolution> walk(SysrootPath path) throws IOException {
    List<LinkHop> hops = new ArrayList<>();
    Deque<String> pending = new ArrayDeque<>(path.components());
    SysrootPath at = SysrootPath.ROOT;
    while (!pending.isEmpty()) {
      String component = pending.removeFirst();
      if (component.equals("..")) {
        at = at.parent();
        continue;
      }
      if (isTooLong(component)) {
        return Optional.empty();
      }
      SysrootPath next = at.resolve(component);
      Status status = status(next).orElse(null);
      if (status == null) {
        return nothing(path, next);
      }
      if (status.linkTarget != null) {
        if (hops.size() == MAX_LINKS) {
          throw new FileSystemLoopException(path.value());
        }
        hops.add(new LinkHop(next, status.linkTarget));
        at = status.linkTarget.startsWith("/") ? SysrootPath.ROOT : at;
        pushFront(pending, status.linkTarget);
      } else if (!pending.isEmpty() && status.kind() != Resolution.Kind.DIRECTORY) {
        return Optional.empty();
      } else {
        at = next;
      }
    }
    Status status = status(at).orElse(null);
    return status == null
        ? Optional.empty()
        : Optional.of(status.resolution(path, ImmutableList.copyOf(hops), at));
  }

  private Optional<Resolution> nothing(SysrootPath path, SysrootPath at) {
    if (hidden.contains(at.value())) {
      unsearchable.put(path, at.parent());
    }
    return Optional.empty();
  }

  private static void pushFront(Deque<String> pending, String target) {
    ImmutableList<String> components = SysrootPath.ROOT.resolve(target).components();
    for (String component : components.reverse()) {
      pending.addFirst(component);
    }
  }

  /** A name from a hostile file need not be one the JDK can pass on. */
  private Path nameable(SysrootPath linkFree) throws IOException {
    try {
      return file(linkFree);
    } catch (InvalidPathException e) {
      throw new IOException(
          "the JVM cannot name "
              + linkFree
              + " in this locale ("
              + e.getReason()
              + "); set LC_ALL=C.UTF-8",
          e);
    }
  }

  private Optional<Status> status(SysrootPath linkFree) throws IOException {
    Optional<Status> known = seen.get(linkFree.value());
    if (known == null) {
      known = readStatus(linkFree, nameable(linkFree));
      seen.put(linkFree.value(), known);
    }
    return known;
  }

  private Optional<Status> readStatus(SysrootPath linkFree, Path file) throws IOException {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(file, "unix:mode,dev,ino,size", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) attribute(attributes, "mode");
      String target =
          (mode & S_IFMT) == S_IFLNK ? FileNames.of(Files.readSymbolicLink(file)) : null;
      return Optional.of(
          new Status(
              mode,
              new FileIdentity(
                  (Long) attribute(attributes, "dev"), (Long) attribute(attributes, "ino")),
              (Long) attribute(attributes, "size"),
              target));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      hidden.add(linkFree.value());
      return Optional.empty();
    }
  }

  private static Object attribute(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("the JDK gave no unix:" + name);
    }
    return value;
  }

  private record Status(int mode, FileIdentity identity, long size, @Nullable String linkTarget) {
    Resolution.Kind kind() {
      return switch (mode & S_IFMT) {
        case S_IFREG -> Resolution.Kind.REGULAR_FILE;
        case S_IFDIR -> Resolution.Kind.DIRECTORY;
        default -> Resolution.Kind.OTHER;
      };
    }

    Resolution resolution(SysrootPath requested, ImmutableList<LinkHop> hops, SysrootPath path) {
      return new Resolution(requested, hops, path, identity, kind(), mode & 07777, size);
    }
  }

  @Override
  public String toString() {
    return "Sysroot[" + directory + "]";
  }
}
