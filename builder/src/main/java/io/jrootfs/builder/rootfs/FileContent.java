package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Where the bytes of a regular file are until somebody needs them. */
public sealed interface FileContent {
  /** In bytes. */
  long size();

  /**
   * The bytes from the start; exactly {@link #size} of them.
   *
   * @throws IOException if they cannot be read, or, while reading, if there are fewer
   */
  InputStream open() throws IOException;

  /**
   * All of it, for files that are read as a whole.
   *
   * @param limit bytes that it may have
   * @param what it is, for the message
   * @throws IOException if it cannot be read or is larger
   */
  default byte[] readAll(int limit, String what) throws IOException {
    if (size() > limit) {
      throw new IOException(what + " of " + size() + " bytes; at most " + limit + " are read");
    }
    try (InputStream in = open()) {
      return in.readAllBytes();
    }
  }

  /**
   * A part of a file: a whole file of the sysroot, or the body of an entry inside a tar.
   *
   * @param file read when needed; must not change until then
   * @param offset first byte, 0 or more
   * @param size in bytes, 0 or more
   */
  record Slice(Path file, long offset, long size) implements FileContent {
    public Slice {
      if (offset < 0 || size < 0) {
        throw new IllegalArgumentException("slice " + offset + "+" + size + " of " + file);
      }
    }

    @Override
    public InputStream open() throws IOException {
      FileChannel channel =
          FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      try {
        channel.position(offset);
        return new ExactInputStream(Channels.newInputStream(channel), size, file);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
  }

  /**
   * A file with holes, which read as zeros.
   *
   * @param stored the bytes of all parts, one after the other
   * @param parts in order, none within another
   * @param size of the whole file, in bytes
   */
  record Sparse(Slice stored, ImmutableList<Part> parts, long size) implements FileContent {
    /**
     * What is not a hole.
     *
     * @param offset in the whole file, in bytes
     * @param size in bytes, 1 or more
     */
    public record Part(long offset, long size) {}

    public Sparse {
      long end = 0;
      long sum = 0;
      for (Part part : parts) {
        if (part.offset < end || part.size < 1) {
          throw new IllegalArgumentException("parts out of order: " + parts);
        }
        end = part.offset + part.size;
        sum += part.size;
      }
      if (end > size || sum != stored.size()) {
        throw new IllegalArgumentException("parts of another file: " + parts);
      }
    }

    @Override
    public InputStream open() throws IOException {
      return new SparseInputStream(stored.open(), this);
    }
  }

  /** Bytes made by us, such as a generated {@code /etc/passwd}. */
  record Literal(Bytes bytes) implements FileContent {
    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes.toByteArray());
    }
  }

  /** Ends after {@code size} bytes and fails if the file ends earlier: it shrank under us. */
  final class ExactInputStream extends InputStream {
    private final InputStream in;
    private final Path file;
    private long left;

    private ExactInputStream(InputStream in, long size, Path file) {
      this.in = in;
      this.left = size;
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : ByteBuffer.wrap(one).get() & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = in.read(buffer, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException(file + ": ended " + left + " bytes early; it changed while read");
      }
      left -= count;
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
