package io.jrootfs.runner.erofs;

import com.google.common.io.ByteStreams;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.FileContent.Sparse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies a part of a file's content. */
final class ContentBytes {
  private ContentBytes() {}

  /**
   * Writes exactly the bytes that {@code copy} names.
   *
   * @throws IOException if they cannot be read, or there are fewer, or {@code out} fails
   */
  static void write(ChunkMap.Copy copy, OutputStream out) throws IOException {
    if (copy.content() instanceof Sparse sparse) {
      write(sparse, copy.from(), copy.from() + copy.size(), out);
    } else if (copy.content() instanceof FileContent.Slice slice) {
      write(slice, copy.from(), copy.size(), out);
    } else {
      try (InputStream in = copy.content().open()) {
        ByteStreams.skipFully(in, copy.from());
        ByteStreams.copy(ByteStreams.limit(in, copy.size()), out);
      }
    }
  }

  private static void write(FileContent.Slice slice, long from, long size, OutputStream out)
      throws IOException {
    FileContent.Slice part = new FileContent.Slice(slice.file(), slice.offset() + from, size);
    try (InputStream in = part.open()) {
      in.transferTo(out);
    }
  }

  private static void write(Sparse sparse, long from, long to, OutputStream out)
      throws IOException {
    long at = from;
    long stored = 0;
    for (Sparse.Part part : sparse.parts()) {
      long start = Math.max(from, part.offset());
      long end = Math.min(to, part.offset() + part.size());
      if (start < end) {
        zeros(start - at, out);
        write(sparse.stored(), stored + start - part.offset(), end - start, out);
        at = end;
      }
      stored += part.size();
    }
    zeros(to - at, out);
  }

  static void zeros(long count, OutputStream out) throws IOException {
    byte[] block = new byte[Format.BLOCK_SIZE];
    for (long left = count; left > 0; left -= block.length) {
      out.write(block, 0, (int) Math.min(left, block.length));
    }
  }
}
