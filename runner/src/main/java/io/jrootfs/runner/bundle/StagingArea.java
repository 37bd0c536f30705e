package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A private directory that becomes part of the cache whole or not at all.
 *
 * <p>Beside {@code tmp-NAME} lies {@code tmp-NAME.lock}, locked as long as its maker lives. The
 * kernel drops the lock with the process, so whoever can take it knows the directory to be a
 * leftover and removes it. Nobody ever waits for anybody. A process that a signal ends removes its
 * own, as far as it gets.
 */
public final class StagingArea implements AutoCloseable {
  private static final String PREFIX = "tmp-";
  private static final String LOCK_SUFFIX = ".lock";

  /** Of a directory that is being removed while its maker may still write. */
  private static final String DOOMED_SUFFIX = ".removed";

  /** Nobody else may look in before ownership and modes are in place. */
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * Locks of this process. POSIX drops a process's lock as soon as it closes any descriptor of the
   * file (fcntl(2)), so these must not even be opened again.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Bytes of a name in a lock file at most. */
  private static final int MAX_NAME = 512;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;
  private final Path lockFile;
  private final FileChannel channel;
  private final Thread onSignal = new Thread(this::removeAtOnce);

  private StagingArea(Path directory, Path lockFile, FileChannel channel) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /**
   * A new, empty, private directory in {@code parent}.
   *
   * @throws IOException if it cannot be made
   */
  public static StagingArea create(Path parent) throws IOException {
    return create(parent, PREFIX, "");
  }

  /**
   * One that another process may take over.
   *
   * @param prefix of its name
   * @param successor names that process, in the lock file
   */
  static StagingArea create(Path parent, String prefix, String successor) throws IOException {
    while (true) {
      String name = prefix + String.format(Locale.ROOT, "%016x", RANDOM.nextLong());
      Path lockFile = parent.resolve(name + LOCK_SUFFIX);
      OURS.add(lockFile);
      FileChannel channel = FileChannel.open(lockFile, NEW, PRIVATE_FILE);
      FileLock lock = lock(channel, lockFile);
      // Between creation and lock somebody may have taken it for a leftover.
      if (lock != null && Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
        StagingArea area = new StagingArea(parent.resolve(name), lockFile, channel);
        try {
          channel.write(ByteBuffer.wrap(successor.getBytes(StandardCharsets.UTF_8)));
          Files.createDirectory(area.directory, PRIVATE);
          Runtime.getRuntime().addShutdownHook(area.onSignal);
        } catch (IOException e) {
          area.close();
          throw e;
        }
        return area;
      }
      channel.close();
      OURS.remove(lockFile);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel, Path lockFile) throws IOException {
    try {
      return channel.tryLock();
    } catch (IOException e) {
      Files.deleteIfExists(lockFile);
      channel.close();
      OURS.remove(lockFile);
      throw e;
    }
  }

  /** The directory itself. */
  public Path directory() {
    return directory;
  }

  /**
   * Gives the directory its lasting name, unless somebody was faster: then theirs stays and {@link
   * #close} removes this one.
   */
  void publish(Path target) throws IOException {
    try {
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  /** Removes what was not published; what cannot be removed is a leftover, to be tried again. */
  @Override
  public void close() throws IOException {
    try {
      delete(directory);
      Files.deleteIfExists(lockFile);
    } finally {
      forgetSignals();
      channel.close();
      OURS.remove(lockFile);
    }
  }

  /**
   * Leaves directory and lock file to another process, which removes them; it takes the lock when
   * this one has dropped it.
   */
  void handOver() throws IOException {
    forgetSignals();
    channel.close();
    OURS.remove(lockFile);
  }

  private void forgetSignals() {
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // The JVM is ending, and what the hook does is not in our way.
      return;
    }
  }

  /**
   * Whoever writes goes on while the JVM ends, so the directory is taken from under its name first.
   * One call that had found it may still be under way; hence a second try. There is nobody left to
   * tell of a failure, but the next one finds the lock file and tries again.
   */
  private void removeAtOnce() {
    try {
      Path doomed = doomed(directory);
      if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
      }
      try {
        delete(doomed);
      } catch (IOException e) {
        delete(doomed);
      }
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      return;
    }
  }

  private static Path doomed(Path directory) {
    return directory.resolveSibling(directory.getFileName() + DOOMED_SUFFIX);
  }

  /**
   * Removes what processes that are no more have left in {@code parent}.
   *
   * @return a sentence for each that could not be removed: one made under another id mapping holds
   *     files that are not ours here, which is no reason to start nothing any more
   * @throws IOException if the directory cannot be read
   */
  public static ImmutableList<String> removeLeftovers(Path parent) throws IOException {
    return removeLeftovers(parent, PREFIX + "*", successor -> false);
  }

  /**
   * The same for those that another process may have taken over, in a directory that others use,
   * too.
   *
   * @param names of theirs, a glob
   * @param mayLive whether the process of a name may be there: it has nothing locked yet when it is
   *     about to take over
   */
  static ImmutableList<String> removeLeftovers(Path parent, String names, Predicate<String> mayLive)
      throws IOException {
    ImmutableList.Builder<String> kept = ImmutableList.builder();
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, names + LOCK_SUFFIX)) {
      for (Path lockFile : locks) {
        try {
          if (!OURS.contains(lockFile) && isOf(self, lockFile)) {
            removeIfLeftOver(parent, lockFile, mayLive);
          }
        } catch (IOException e) {
          // Otherwise its maker, or another cleaner, was faster.
          if (Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
            kept.add("a leftover in the cache: " + words(e));
          }
        }
      }
    }
    return kept.build();
  }

  private static boolean isOf(Object user, Path file) throws IOException {
    return user.equals(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
  }

  private static void removeIfLeftOver(Path parent, Path lockFile, Predicate<String> mayLive)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && !mayLive.test(text(channel))) {
        String name = lockFile.getFileName().toString();
        Path left = parent.resolve(name.substring(0, name.length() - LOCK_SUFFIX.length()));
        delete(left);
        delete(doomed(left));
        Files.deleteIfExists(lockFile);
      }
    }
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_NAME);
    channel.read(bytes);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      // Guava removes what it can; what it could not, and why, is in those.
      String why = e.getSuppressed().length == 0 ? words(e) : words(e.getSuppressed()[0]);
      FileSystemException failure =
          new FileSystemException(directory.toString(), null, "cannot be removed: " + why);
      failure.initCause(e);
      throw failure;
    }
  }

  private static String words(Throwable e) {
    return e instanceof AccessDeniedException denied
        ? denied.getFile() + ": permission denied"
        : String.valueOf(e.getMessage());
  }
}
