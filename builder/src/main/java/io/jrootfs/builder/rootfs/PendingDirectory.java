package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * An output directory that appears complete or not at all.
 *
 * <p>It is made under another name beside its place, which {@link #commit} gives it in one
 * rename(2). Without a commit, {@link #close} removes it, and so does the end of the JVM by a
 * signal.
 */
public final class PendingDirectory implements Closeable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path output;
  private final TemporaryDirectory temporary;

  private PendingDirectory(Path output, Path temporary) {
    this.output = output;
    this.temporary = TemporaryDirectory.at(temporary);
  }

  /**
   * Begins a directory that is to be at {@code output}.
   *
   * @throws IOException if something is there that is not an empty directory: nobody's files are
   *     replaced
   */
  public static PendingDirectory at(Path output) throws IOException {
    Path place = output.toAbsolutePath().normalize();
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(
            output.toString(),
            null,
            "cannot be written: it exists and is no directory; name another place");
      }
      try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
        if (children.iterator().hasNext()) {
          throw new FileSystemException(
              output.toString(),
              null,
              "cannot be written: the directory is not empty; remove it or choose another");
        }
      }
    }
    Path parent = place.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "cannot be written: its directory " + parent + " does not exist; create it first");
    }
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    return new PendingDirectory(
        place, parent.resolve("." + HexFormat.of().formatHex(random) + ".tmp"));
  }

  /**
   * Makes the directory and everything in it; to be called once.
   *
   * @return what was left out
   * @throws IOException if something cannot be made
   */
  public ImmutableList<Omission> write(Rootfs rootfs, DirectoryWriter.Options options)
      throws IOException {
    return DirectoryWriter.write(rootfs, temporary.path(), options);
  }

  /** Puts the directory in its place. */
  public void commit() throws IOException {
    // rename(2) replaces an empty directory, and only an empty one.
    Files.move(temporary.path(), output, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes the directory unless it was committed. */
  @Override
  public void close() throws IOException {
    temporary.close();
  }
}
