package io.jrootfs.builder.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * An output file that appears complete or not at all.
 *
 * <p>It is written under another name beside its place, which {@link #commit} gives it in one
 * rename(2); until then an older file stays there untouched. Without a commit, {@link #close}
 * removes it, and so does the end of the JVM by a signal. It is not forced to the disk.
 */
public final class PendingFile implements Closeable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path output;
  private final Path temporary;
  private final FileOutput stream;
  private boolean committed;

  private PendingFile(Path output, Path temporary, FileOutput stream) {
    this.output = output;
    this.temporary = temporary;
    this.stream = stream;
  }

  /**
   * Begins a file that is to be at {@code output}; where that is a symbolic link, the file it leads
   * to is replaced.
   *
   * @throws IOException if that is something else than a regular file, or no file can be made
   *     beside it
   */
  public static PendingFile replacing(Path output) throws IOException {
    Path place = output.toAbsolutePath();
    if (Files.exists(place)) {
      place = place.toRealPath();
      if (!Files.isRegularFile(place)) {
        throw new FileSystemException(
            output.toString(),
            null,
            "cannot be written: it is "
                + (Files.isDirectory(place) ? "a directory" : "not a regular file")
                + "; name a file");
      }
    }
    Path directory = place.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "cannot be written: its directory " + directory + " does not exist; create it first");
    }
    Path temporary = directory.resolve(temporaryName());
    try {
      // Not Files.createTempFile: that makes files only their owner can read.
      FileOutput stream =
          FileOutput.open(
              temporary, output, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      temporary.toFile().deleteOnExit();
      return new PendingFile(place, temporary, stream);
    } catch (FileSystemException e) {
      throw cannotCreate(output, directory, e);
    }
  }

  private static String temporaryName() {
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    return "." + HexFormat.of().formatHex(random) + ".tmp";
  }

  private static FileSystemException cannotCreate(
      Path output, Path directory, FileSystemException cause) {
    String reason =
        cause instanceof AccessDeniedException ? "permission denied" : cause.getReason();
    if (reason == null) {
      // ENOENT in a directory that exists: that of /proc, say, where nobody can make files.
      reason = "it takes no new files";
    }
    FileSystemException named =
        new FileSystemException(
            output.toString(),
            null,
            "cannot be written: no file can be created in " + directory + ": " + reason);
    named.initCause(cause);
    return named;
  }

  /** Takes the content; not buffered. */
  public OutputStream stream() {
    return stream;
  }

  /** Puts the file, as written so far, in its place. */
  public void commit() throws IOException {
    stream.close();
    Files.move(temporary, output, StandardCopyOption.ATOMIC_MOVE);
    committed = true;
  }

  /** Removes the file unless it was committed. */
  @Override
  public void close() throws IOException {
    if (!committed) {
      try {
        stream.close();
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
