package io.jrootfs.builder.tar;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads here and there in a file, mostly forwards, with few system calls: much at once where what
 * is asked for lies close together, little where contents are between.
 */
final class ArchiveBytes {
  private static final int MOST = 32 * 1024;
  private static final int LEAST = 4 * 1024;

  private final FileChannel channel;
  private final long end;
  private final ByteBuffer window = ByteBuffer.allocateDirect(MOST).limit(0);
  private int size = LEAST;
  private long windowStart;

  /**
   * @param end nothing is asked for from here on
   */
  ArchiveBytes(FileChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  /** Fills {@code target} with the bytes from {@code offset} on. */
  void read(long offset, byte[] target) throws IOException {
    int done = 0;
    while (done < target.length) {
      long at = offset + done;
      if (at < windowStart || at >= windowStart + window.limit()) {
        fill(at);
      }
      window.position((int) (at - windowStart));
      int count = Math.min(window.remaining(), target.length - done);
      window.get(target, done, count);
      done += count;
    }
  }

  private void fill(long offset) throws IOException {
    long behind = offset - (windowStart + window.limit());
    size = behind >= 0 && behind < size ? Math.min(2 * size, MOST) : LEAST;
    window.clear().limit((int) Math.min(size, Math.max(0, end - offset)));
    int count = channel.read(window, offset);
    if (count <= 0) {
      window.limit(0);
      throw new EOFException("file ended at byte " + offset + "; it changed while read");
    }
    window.flip();
    windowStart = offset;
  }
}
