package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.posix.Posix;
import io.jrootfs.builder.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Writes a rootfs to a new directory on disk.
 *
 * <p>The directory is ours alone (0700) until it is complete, and entries come in path order, so
 * that every parent is a directory that we made: no link is ever followed, whatever the rootfs
 * holds. Directories get their owner, mode and time last, deepest first, for a directory may be
 * unwritable and its time changes with what is put into it.
 */
public final class DirectoryWriter {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** What the kernel says when we lack the privilege, or the file system the feature. */
  private static final ImmutableSet<String> NOT_ALLOWED =
      ImmutableSet.of("EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "EINVAL");

  private final Path root;
  private final Options options;
  private final Omissions omissions = new Omissions();
  private final Set<RootfsPath> omitted = new HashSet<>();

  private DirectoryWriter(Path root, Options options) {
    this.root = root;
    this.options = options;
  }

  /** What to do about owners. */
  public enum Owners {
    /** Every file gets its own; needs root, or a user namespace. */
    KEEP,
    /** Every file belongs to whoever runs this. */
    OURS
  }

  /** What to do about what this process may not make: devices, privileged attributes, owners. */
  public enum Forbidden {
    FAIL,
    /** Go on without it and say so at the end. */
    OMIT
  }

  /**
   * From an entry's owner and group to those on disk; empty for one that does not exist here, such
   * as beyond the map of a user namespace. There is always a 0, who gets what the others cannot.
   */
  public record OwnerMap(LongFunction<OptionalLong> uid, LongFunction<OptionalLong> gid) {
    /** Everybody is himself. */
    public static final OwnerMap IDENTITY = new OwnerMap(OptionalLong::of, OptionalLong::of);
  }

  /**
   * How to write.
   *
   * @param ids does not matter for {@link Owners#OURS}
   */
  public record Options(Owners owners, OwnerMap ids, Forbidden forbidden) {
    /** Everything as it is, or not at all. */
    public static Options exact() {
      return new Options(Owners.KEEP, OwnerMap.IDENTITY, Forbidden.FAIL);
    }

    /** As an ordinary user can. */
    public static Options ours(Forbidden forbidden) {
      return new Options(Owners.OURS, OwnerMap.IDENTITY, forbidden);
    }
  }

  /**
   * Something that could not be made.
   *
   * @param what such as {@code device node: not permitted}
   * @param first the first path in order that this happened to
   * @param count how many there were
   */
  public record Omission(String what, RootfsPath first, int count) {}

  /**
   * Makes {@code directory} and everything in it. After a failure what was made so far is still
   * there.
   *
   * @param directory must not exist; its parent must
   * @return what was left out; empty with {@link Forbidden#FAIL}
   * @throws IOException if something cannot be made
   */
  public static ImmutableList<Omission> write(Rootfs rootfs, Path directory, Options options)
      throws IOException {
    Files.createDirectory(directory, PRIVATE_DIRECTORY);
    return new DirectoryWriter(directory, options).writeAll(rootfs);
  }

  private ImmutableList<Omission> writeAll(Rootfs rootfs) throws IOException {
    List<RootfsEntry.Directory> directories = new ArrayList<>();
    try (ContentCopier copier = new ContentCopier()) {
      EntryMaker maker = new EntryMaker(copier);
      for (RootfsEntry entry : rootfs.all()) {
        if (entry instanceof RootfsEntry.Directory directory) {
          directories.add(directory);
        }
        if (!entry.path().isRoot()) {
          entry.match(maker);
        }
      }
    }
    for (int i = directories.size() - 1; i >= 0; i--) {
      finish(directories.get(i), location(directories.get(i).path()));
    }
    return omissions.all();
  }

  private Path location(RootfsPath path) throws IOException {
    return root.resolve(pathOf(path.relative()));
  }

  /** A name the JDK cannot encode would otherwise look like our bug. */
  private static Path pathOf(String text) throws IOException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      FileSystemException failure =
          new FileSystemException(
              text,
              null,
              "cannot be written in the character set of the locale, "
                  + System.getProperty("sun.jnu.encoding")
                  + "; set LC_ALL=C.UTF-8");
      failure.initCause(e);
      throw failure;
    }
  }

  /**
   * Owner, then extended attributes, then time, then mode. chown(2) clears set-user-ID and file
   * capabilities, so it is first; attributes of namespace "user" and times need write permission,
   * which the mode may take away, so that is last.
   */
  private void finish(RootfsEntry entry, Path file) throws IOException {
    Metadata metadata = entry.metadata();
    int mode = metadata.mode();
    if (options.owners == Owners.KEEP && !setOwner(entry.path(), file, metadata)) {
      // What was to run as somebody must not run as whoever owns it now, which is root.
      mode &= 01777;
    }
    setXattrs(entry.path(), file, metadata);
    setTime(entry, file);
    if (!(entry instanceof RootfsEntry.Symlink)) {
      // Follows links, but we just made this and it is none. NOFOLLOW would open it: on a FIFO the
      // JDK would wait forever.
      Files.setAttribute(file, "unix:mode", mode);
    }
  }

  /** False if the owner cannot be set and that was to be left out. */
  private boolean setOwner(RootfsPath path, Path file, Metadata metadata) throws IOException {
    OptionalLong uid = options.ids.uid().apply(metadata.uid());
    OptionalLong gid = options.ids.gid().apply(metadata.gid());
    boolean mapped = uid.isPresent() && gid.isPresent();
    if (!mapped) {
      String what = "owner " + metadata.uid() + ":" + metadata.gid() + ": not mapped here";
      omit(path, what, new FileSystemException(file.toString(), null, what));
      uid = options.ids.uid().apply(0);
      gid = options.ids.gid().apply(0);
    }
    // uid_t is unsigned, the JDK's attribute an Integer with the same 32 bits.
    Files.setAttribute(file, "unix:uid", (int) uid.orElseThrow(), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", (int) gid.orElseThrow(), LinkOption.NOFOLLOW_LINKS);
    return mapped;
  }

  private void setXattrs(RootfsPath path, Path file, Metadata metadata) throws IOException {
    for (Map.Entry<String, Bytes> xattr : metadata.xattrs().entrySet()) {
      try {
        Posix.setXattr(file, xattr.getKey(), xattr.getValue().toByteArray());
      } catch (PosixException e) {
        if (options.forbidden == Forbidden.FAIL && e.errno().equals("EINVAL")) {
          throw new RefusedAttributeException(path, xattr.getKey(), xattr.getValue().size(), e);
        }
        omitIfNotAllowed(path, "extended attribute " + xattr.getKey(), e);
      }
    }
  }

  private static void setTime(RootfsEntry entry, Path file) throws IOException {
    long mtime = entry.metadata().mtime();
    if (entry instanceof RootfsEntry.Device || entry instanceof RootfsEntry.Fifo) {
      Posix.setModificationTime(file, mtime);
    } else {
      Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(FileTime.from(mtime, TimeUnit.SECONDS), null, null);
    }
  }

  private void omitIfNotAllowed(RootfsPath path, String what, PosixException e)
      throws PosixException {
    if (!NOT_ALLOWED.contains(e.errno())) {
      throw e;
    }
    omit(path, what + ": " + e.errno(), e);
  }

  private <E extends IOException> void omit(RootfsPath path, String what, E failure) throws E {
    if (options.forbidden == Forbidden.FAIL) {
      throw failure;
    }
    omissions.add(what, path);
  }

  /** Makes one entry that is not the root; all but directories are finished at once. */
  private final class EntryMaker implements RootfsEntry.Cases<Path, IOException> {
    private final ContentCopier copier;

    EntryMaker(ContentCopier copier) {
      this.copier = copier;
    }

    @Override
    public Path directory(RootfsEntry.Directory directory) throws IOException {
      return Files.createDirectory(location(directory.path()), PRIVATE_DIRECTORY);
    }

    @Override
    public Path regularFile(RootfsEntry.RegularFile file) throws IOException {
      Path path = location(file.path());
      copier.copy(file.content(), path);
      finish(file, path);
      return path;
    }

    @Override
    public Path symlink(RootfsEntry.Symlink link) throws IOException {
      Path path = location(link.path());
      Path target = pathOf(link.target());
      if (target.toString().equals(link.target())) {
        Files.createSymbolicLink(path, target);
      } else {
        Posix.symlink(link.target(), path);
      }
      finish(link, path);
      return path;
    }

    @Override
    public Path hardLink(RootfsEntry.HardLink link) throws IOException {
      Path path = location(link.path());
      if (omitted.contains(link.target())) {
        omissions.add("hard link to what was left out", link.path());
        return path;
      }
      return Files.createLink(path, location(link.target()));
    }

    @Override
    public Path device(RootfsEntry.Device device) throws IOException {
      Posix.NodeType type =
          device.type() == RootfsEntry.Device.Type.CHARACTER
              ? Posix.NodeType.CHARACTER_DEVICE
              : Posix.NodeType.BLOCK_DEVICE;
      Path path = location(device.path());
      try {
        Posix.mknod(path, type, 0600, device.major(), device.minor());
      } catch (PosixException e) {
        omitIfNotAllowed(device.path(), "device node", e);
        omitted.add(device.path());
        return path;
      }
      finish(device, path);
      return path;
    }

    @Override
    public Path fifo(RootfsEntry.Fifo fifo) throws IOException {
      Path path = location(fifo.path());
      Posix.mknod(path, Posix.NodeType.FIFO, 0600, 0, 0);
      finish(fifo, path);
      return path;
    }
  }
}
