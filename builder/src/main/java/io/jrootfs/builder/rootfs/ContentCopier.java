package io.jrootfs.builder.rootfs;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes contents to new files. Keeps the last file it read from open: most contents are parts of
 * the same few archives.
 */
final class ContentCopier implements Closeable {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private @Nullable Path openFile;
  private @Nullable FileChannel openChannel;

  /**
   * @param file must not exist, not even as a link: CREATE_NEW is O_EXCL, which follows none
   */
  void copy(FileContent content, Path file) throws IOException {
    try (FileChannel out = FileChannel.open(file, NEW_FILE, PRIVATE_FILE)) {
      if (content instanceof FileContent.Slice slice) {
        copy(slice, out);
      } else if (content instanceof FileContent.Sparse sparse) {
        copy(sparse, out);
      } else {
        try (InputStream in = content.open()) {
          in.transferTo(Channels.newOutputStream(out));
        }
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // The JDK's own message for a full disk names no file.
      FileSystemException named =
          new FileSystemException(file.toString(), null, "copy into: " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private void copy(FileContent.Slice slice, FileChannel out) throws IOException {
    if (slice.size() == 0) {
      return;
    }
    FileChannel in = channel(slice.file());
    long done = 0;
    while (done < slice.size()) {
      long count = in.transferTo(slice.offset() + done, slice.size() - done, out);
      if (count <= 0) {
        throw new EOFException(
            slice.file() + ": ended " + (slice.size() - done) + " bytes early; it changed");
      }
      done += count;
    }
  }

  /** Holes stay holes. */
  private void copy(FileContent.Sparse sparse, FileChannel out) throws IOException {
    FileContent.Slice stored = sparse.stored();
    long from = stored.offset();
    for (FileContent.Sparse.Part part : sparse.parts()) {
      out.position(part.offset());
      copy(new FileContent.Slice(stored.file(), from, part.size()), out);
      from += part.size();
    }
    if (out.size() < sparse.size()) {
      out.write(ByteBuffer.allocate(1), sparse.size() - 1);
    }
  }

  private FileChannel channel(Path file) throws IOException {
    if (openChannel != null && file.equals(openFile)) {
      return openChannel;
    }
    close();
    FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    openFile = file;
    openChannel = channel;
    return channel;
  }

  @Override
  public void close() throws IOException {
    if (openChannel != null) {
      openChannel.close();
      openChannel = null;
    }
  }
}
