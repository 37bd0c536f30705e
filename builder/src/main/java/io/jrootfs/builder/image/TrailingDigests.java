package io.jrootfs.builder.image;

import com.google.common.util.concurrent.Uninterruptibles;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Digests that one thread takes of files, behind whoever writes them and while that one goes on to
 * other work. The bytes are read again for it, out of the page cache: so the writer never waits,
 * and what has the digest is what the file holds.
 */
final class TrailingDigests implements AutoCloseable {
  /** In bytes: it stays in the processor's cache. */
  private static final int PIECE_SIZE = 128 << 10;

  private final ExecutorService thread = BackgroundDigest.newThread();
  private final ByteBuffer memory = ByteBuffer.allocateDirect(PIECE_SIZE);
  private volatile boolean isClosed;

  /**
   * A digest of bytes that are to come into a file.
   *
   * @param file may be renamed meanwhile
   * @throws IOException if it cannot be opened
   */
  Trail behind(Path file) throws IOException {
    return new Trail(file, 0);
  }

  /**
   * A digest of bytes that are in a file.
   *
   * @throws IOException if it cannot be opened
   */
  Future<Digest> of(FileContent.Slice content) throws IOException {
    try (Trail trail = new Trail(content.file(), content.offset())) {
      trail.follow(content.size());
      return trail.end();
    }
  }

  /**
   * Waits for a digest.
   *
   * @throws IOException if the file could not be read, or is too short
   */
  static Digest await(Future<Digest> digest) throws IOException {
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(digest));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  /** Gives up what is not finished; after that, no file is open. */
  @Override
  public void close() {
    isClosed = true;
    thread.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(thread);
  }

  /** One digest. What its fields hold is the thread's alone. */
  final class Trail implements AutoCloseable {
    private final Path file;
    private final FileChannel in;
    private final MessageDigest digest = Digest.begin();
    private long position;
    private @Nullable IOException failure;

    private Trail(Path file, long offset) throws IOException {
      this.file = file;
      this.in = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      this.position = offset;
    }

    /** Goes on with the next {@code count} bytes, which are in the file. */
    void follow(long count) {
      thread.execute(
          () -> {
            try {
              read(position + count);
            } catch (IOException e) {
              failure = e;
            }
          });
    }

    /** Of all bytes that were followed. */
    Future<Digest> end() {
      return thread.submit(
          () -> {
            if (failure != null) {
              throw failure;
            }
            return Digest.finish(digest);
          });
    }

    private void read(long end) throws IOException {
      while (position < end && failure == null && !isClosed) {
        memory.clear().limit((int) Math.min(memory.capacity(), end - position));
        int count = in.read(memory, position);
        if (count < 0) {
          throw new EOFException(
              "%s: ended %d bytes early; it changed while read".formatted(file, end - position));
        }
        digest.update(memory.flip());
        position += count;
      }
    }

    /** Nothing may follow; the file is closed when all is read. */
    @Override
    public void close() {
      thread.execute(
          () -> {
            try {
              in.close();
            } catch (IOException e) {
              failure = e;
            }
          });
    }
  }
}
