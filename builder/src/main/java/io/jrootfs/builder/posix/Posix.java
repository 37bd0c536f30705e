package io.jrootfs.builder.posix;

import com.google.common.collect.ImmutableSortedSet;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import jnr.constants.platform.Errno;

/**
 * System calls that the JDK cannot make. No call here follows a symbolic link in the last component
 * of its path.
 *
 * <p>The first call of any method loads jffi, which takes some 0.03 s, unless {@link #prepare} was
 * called before; the class itself costs nothing.
 */
public final class Posix {
  /** What tells the kernel which kind of node mknod(2) makes. */
  public enum NodeType {
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000),
    FIFO(0010000);

    private final int formatBits;

    NodeType(int formatBits) {
      this.formatBits = formatBits;
    }
  }

  /** The kernel's limits XATTR_LIST_MAX and XATTR_SIZE_MAX (limits.h): no answer is longer. */
  private static final int XATTR_MAX = 65536;

  /** The C library and the kernel take file names as bytes; this is how the JDK encodes them. */
  private static final Charset FILE_NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  /** In place of nanoseconds: leave this time alone (utimensat(2)). */
  private static final long UTIME_OMIT = (1L << 30) - 2;

  /** The file system, or this kind of file, has no extended attributes. */
  private static final Set<String> NO_XATTRS = Set.of("ENOTSUP", "EOPNOTSUPP", "ENODATA", "ENOSYS");

  private Posix() {}

  /** Has a thread load what the first call would load, while the caller does something else. */
  public static void prepare() {
    Thread thread = new Thread(Posix::load, "posix");
    thread.setDaemon(true);
    thread.start();
  }

  private static void load() {
    try {
      LibC.load();
    } catch (LinkageError e) {
      // Every call fails the same way, and has a caller to tell.
      return;
    }
  }

  /**
   * Full names of a file's extended attributes; empty where there can be none.
   *
   * @throws PosixException if they cannot be listed, or a name is not UTF-8
   */
  public static ImmutableSortedSet<String> listXattrs(Path path) throws PosixException {
    byte[] name = nulTerminated(path);
    // Nearly every file has none: ask with a small buffer, and with the largest if that is short.
    byte[] list = new byte[256];
    int size = LibC.llistxattr(name, list);
    if (size < 0 && errno() == Errno.ERANGE) {
      list = new byte[XATTR_MAX];
      size = LibC.llistxattr(name, list);
    }
    if (size < 0) {
      Errno errno = errno();
      if (NO_XATTRS.contains(errno.name())) {
        return ImmutableSortedSet.of();
      }
      throw failure("llistxattr", path, errno);
    }
    ImmutableSortedSet.Builder<String> names = ImmutableSortedSet.naturalOrder();
    int start = 0;
    for (int i = 0; i < size; i++) {
      if (list[i] == 0) {
        names.add(xattrName(path, Arrays.copyOfRange(list, start, i)));
        start = i + 1;
      }
    }
    return names.build();
  }

  private static String xattrName(Path path, byte[] name) throws PosixException {
    String text = new String(name, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), name)) {
      throw new PosixException(
          "llistxattr", path, "EILSEQ", "the name of extended attribute " + text + " is not UTF-8");
    }
    return text;
  }

  /**
   * The value of one extended attribute; empty if the file has none of that name.
   *
   * @throws PosixException if it cannot be read
   */
  public static Optional<byte[]> getXattr(Path path, String name) throws PosixException {
    byte[] file = nulTerminated(path);
    byte[] attribute = nulTerminated(name, StandardCharsets.UTF_8);
    byte[] value = new byte[256];
    int size = LibC.lgetxattr(file, attribute, value);
    if (size < 0 && errno() == Errno.ERANGE) {
      value = new byte[XATTR_MAX];
      size = LibC.lgetxattr(file, attribute, value);
    }
    if (size < 0) {
      Errno errno = errno();
      if (NO_XATTRS.contains(errno.name())) {
        return Optional.empty();
      }
      throw failure("lgetxattr", path, errno);
    }
    return Optional.of(Arrays.copyOf(value, size));
  }

  /**
   * Sets or replaces an extended attribute.
   *
   * @throws PosixException if that is refused; {@code ENOTSUP} where there can be none
   */
  public static void setXattr(Path path, String name, byte[] value) throws PosixException {
    byte[] attribute = nulTerminated(name, StandardCharsets.UTF_8);
    check(LibC.lsetxattr(nulTerminated(path), attribute, value, 0), "lsetxattr", path);
  }

  /**
   * Makes a symbolic link with exactly this text; the JDK would drop a doubled or trailing slash.
   *
   * @throws PosixException if that is refused
   */
  public static void symlink(String target, Path path) throws PosixException {
    check(LibC.symlink(nulTerminated(target, FILE_NAMES), nulTerminated(path)), "symlink", path);
  }

  /**
   * Makes a device node or FIFO.
   *
   * @param mode permission bits, from which the process's umask is taken away
   * @param major 0 to 4095; 0 for a FIFO
   * @param minor 0 to 1048575; 0 for a FIFO
   * @throws PosixException if that is refused; {@code EPERM} for devices unless privileged
   */
  public static void mknod(Path path, NodeType type, int mode, int major, int minor)
      throws PosixException {
    check(
        LibC.mknod(nulTerminated(path), type.formatBits | mode, deviceNumber(major, minor)),
        "mknod",
        path);
  }

  /**
   * Linux's {@code dev_t}: the low 8 bits of minor, 12 bits of major, the high 12 bits of minor
   * (makedev(3)).
   */
  static long deviceNumber(int major, int minor) {
    return (minor & 0xffL) | ((major & 0xfffL) << 8) | ((minor & 0xfff00L) << 12);
  }

  /**
   * Sets the modification time and leaves the access time. The JDK opens a file to do this, which
   * waits forever on a FIFO and has effects on a device.
   *
   * @param seconds since the epoch; may be negative
   * @throws PosixException if that is refused
   */
  public static void setModificationTime(Path path, long seconds) throws PosixException {
    long[] times = {0, UTIME_OMIT, seconds, 0};
    check(
        LibC.utimensat(AT_FDCWD, nulTerminated(path), times, AT_SYMLINK_NOFOLLOW),
        "utimensat",
        path);
  }

  private static void check(int result, String call, Path path) throws PosixException {
    if (result != 0) {
      throw failure(call, path, errno());
    }
  }

  private static Errno errno() {
    return Errno.valueOf(LibC.errno());
  }

  private static PosixException failure(String call, Path path, Errno errno) {
    return new PosixException(call, path, errno.name(), errno.description());
  }

  private static byte[] nulTerminated(Path path) {
    return nulTerminated(path.toString(), FILE_NAMES);
  }

  private static byte[] nulTerminated(String text, Charset charset) {
    byte[] bytes = text.getBytes(charset);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
