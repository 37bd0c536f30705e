package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.posix.Posix;
import io.jrootfs.builder.sysroot.FileIdentity;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A file of this machine as lstat(2) sees it, on its way into a rootfs.
 *
 * @param file where it is; itself not followed if a link
 * @param mode {@code st_mode}: type and permissions
 * @param size in bytes
 * @param mtime whole seconds since the epoch
 * @param identity device and inode
 * @param names {@code st_nlink}
 * @param rdev {@code st_rdev}: which device it is, if it is one
 */
record HostFile(
    Path file,
    int mode,
    long uid,
    long gid,
    long size,
    long mtime,
    FileIdentity identity,
    int names,
    long rdev) {
  private static final int S_IFMT = 0170000;
  private static final int S_IFIFO = 0010000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFDIR = 0040000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFLNK = 0120000;
  private static final int S_IFSOCK = 0140000;

  /**
   * @throws UncopyableFileException if its name is not text
   * @throws AccessDeniedException if its content may not be read
   * @throws IOException if it is not there or cannot be looked at
   */
  static HostFile read(Path file) throws IOException, UncopyableFileException {
    checkUnicode(file, String.valueOf(file.getFileName()), "its name");
    Map<String, Object> attributes =
        Files.readAttributes(
            file,
            "unix:mode,uid,gid,size,lastModifiedTime,dev,ino,nlink,rdev",
            LinkOption.NOFOLLOW_LINKS);
    int mode = number(attributes, "mode").intValue();
    if ((mode & S_IFMT) == S_IFREG && !Files.isReadable(file)) {
      throw new AccessDeniedException(
          file.toString(), null, "cannot be copied, reading it needs more privilege");
    }
    return new HostFile(
        file,
        mode,
        number(attributes, "uid").intValue() & 0xffff_ffffL,
        number(attributes, "gid").intValue() & 0xffff_ffffL,
        number(attributes, "size").longValue(),
        ((FileTime) attribute(attributes, "lastModifiedTime")).toInstant().getEpochSecond(),
        new FileIdentity(
            number(attributes, "dev").longValue(), number(attributes, "ino").longValue()),
        number(attributes, "nlink").intValue(),
        number(attributes, "rdev").longValue());
  }

  private static Number number(Map<String, Object> attributes, String name) {
    return (Number) attribute(attributes, name);
  }

  private static Object attribute(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("the JDK gave no unix:" + name);
    }
    return value;
  }

  boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  /** What tells it is the same file when it is; empty if it has one name. */
  Optional<FileIdentity> sharedIdentity() {
    return names > 1 && !isDirectory() ? Optional.of(identity) : Optional.empty();
  }

  /**
   * Everything as it is here, but for extended attributes that no image keeps.
   *
   * @param leftOut is told of their names
   */
  Metadata metadata(Consumer<String> leftOut) throws IOException {
    ImmutableSortedMap.Builder<String, Bytes> xattrs = ImmutableSortedMap.naturalOrder();
    for (String name : Posix.listXattrs(file)) {
      if (UnkeptAttribute.of(name).isPresent()) {
        leftOut.accept(name);
      } else {
        Posix.getXattr(file, name).ifPresent(value -> xattrs.put(name, Bytes.copyOf(value)));
      }
    }
    return new Metadata(mode & 07777, uid, gid, mtime, xattrs.buildOrThrow());
  }

  /**
   * The entry at {@code path} that is a copy of this file.
   *
   * @throws UncopyableFileException if no image can hold it
   * @throws IOException if it cannot be read
   */
  RootfsEntry entry(RootfsPath path, Metadata metadata)
      throws IOException, UncopyableFileException {
    return switch (mode & S_IFMT) {
      case S_IFREG ->
          new RootfsEntry.RegularFile(path, metadata, new FileContent.Slice(file, 0, size));
      case S_IFDIR -> new RootfsEntry.Directory(path, metadata);
      case S_IFLNK -> symlink(path, metadata);
      case S_IFCHR -> device(path, metadata, RootfsEntry.Device.Type.CHARACTER);
      case S_IFBLK -> device(path, metadata, RootfsEntry.Device.Type.BLOCK);
      case S_IFIFO -> new RootfsEntry.Fifo(path, metadata);
      case S_IFSOCK ->
          throw new UncopyableFileException(
              file, "is a socket, which only means something to the program that made it");
      default ->
          throw new UncopyableFileException(
              file, "is a file of unknown type, mode " + Integer.toOctalString(mode));
    };
  }

  private RootfsEntry symlink(RootfsPath path, Metadata metadata)
      throws IOException, UncopyableFileException {
    String target = Files.readSymbolicLink(file).toString();
    checkUnicode(file, target, "the target of this symbolic link");
    return new RootfsEntry.Symlink(path, metadata, target);
  }

  /** Splits {@code dev_t} as makedev(3) puts it together. */
  private RootfsEntry device(RootfsPath path, Metadata metadata, RootfsEntry.Device.Type type) {
    int major = (int) ((rdev >> 8) & 0xfff);
    int minor = (int) ((rdev & 0xff) | ((rdev >> 12) & 0xfff00));
    return new RootfsEntry.Device(path, metadata, type, major, minor);
  }

  /** The JDK puts U+FFFD where it could not decode a name. */
  private static void checkUnicode(Path file, String text, String what)
      throws UncopyableFileException {
    if (text.indexOf('\ufffd') >= 0) {
      throw new UncopyableFileException(
          file,
          what
              + " is not text in the character set of the locale, "
              + System.getProperty("sun.jnu.encoding")
              + "; set LC_ALL=C.UTF-8, and rename it if it is not UTF-8");
    }
  }
}
