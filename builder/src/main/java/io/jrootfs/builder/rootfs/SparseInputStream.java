package io.jrootfs.builder.rootfs;

import io.jrootfs.builder.rootfs.FileContent.Sparse.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A sparse file as programs read it, with zeros in its holes. */
final class SparseInputStream extends InputStream {
  private final InputStream stored;
  private final long size;
  private final Iterator<Part> parts;
  private @Nullable Part part;
  private long position;

  SparseInputStream(InputStream stored, FileContent.Sparse content) {
    this.stored = stored;
    this.size = content.size();
    this.parts = content.parts().iterator();
    this.part = parts.hasNext() ? parts.next() : null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    long holeEnd = part == null ? size : part.offset();
    int count =
        position < holeEnd
            ? zeros(buffer, offset, (int) Math.min(length, holeEnd - position))
            : data(buffer, offset, length, part);
    position += count;
    if (part != null && position == part.offset() + part.size()) {
      part = parts.hasNext() ? parts.next() : null;
    }
    return count;
  }

  private static int zeros(byte[] buffer, int offset, int count) {
    Arrays.fill(buffer, offset, offset + count, (byte) 0);
    return count;
  }

  private int data(byte[] buffer, int offset, int length, @Nullable Part here) throws IOException {
    long left = here == null ? 0 : here.offset() + here.size() - position;
    int count = stored.read(buffer, offset, (int) Math.min(length, left));
    if (count <= 0) {
      throw new EOFException("a sparse file ended at byte " + position);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
