package io.jrootfs.builder.rootfs;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** A directory that goes with {@link #close}, and with the JVM when a signal ends that. */
public final class TemporaryDirectory implements Closeable {
  private final Path path;
  private final Thread onSignal;

  private TemporaryDirectory(Path path) {
    this.path = path;
    this.onSignal = new Thread(this::deleteAtOnce);
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  /**
   * Makes one for what is too large for memory, where the system property {@code java.io.tmpdir}
   * says.
   *
   * @throws IOException if it cannot be made
   */
  public static TemporaryDirectory make() throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory("jbuild-"));
  }

  /** Takes over a directory that somebody has made or will make; what is moved away stays. */
  static TemporaryDirectory at(Path path) {
    return new TemporaryDirectory(path);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    delete(path);
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // The JVM is ending; the hook finds nothing to delete.
      return;
    }
  }

  /**
   * Whoever writes goes on while the JVM ends, so the directory is taken from under its name first.
   * One call that had found it may still be under way; hence a second try. There is nobody left to
   * tell of a failure.
   */
  private void deleteAtOnce() {
    try {
      Path doomed = path.resolveSibling(path.getFileName() + ".removed");
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(path, doomed, StandardCopyOption.ATOMIC_MOVE);
      }
      try {
        delete(doomed);
      } catch (IOException e) {
        delete(doomed);
      }
    } catch (IOException e) {
      return;
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(directory, new MakeWritable());
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** An ordinary user cannot empty a directory of mode 0555, such as /proc. */
  private static final class MakeWritable extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Files.setAttribute(directory, "unix:mode", 0700, LinkOption.NOFOLLOW_LINKS);
      return FileVisitResult.CONTINUE;
    }
  }
}
