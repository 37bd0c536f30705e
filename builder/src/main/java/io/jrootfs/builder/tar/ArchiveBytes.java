package io.jrootfs.builder.tar;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads here and there in a file, mostly forwards, with few system calls. */
final class ArchiveBytes {
  private static final int WINDOW_SIZE = 32 * 1024;

  private final FileChannel channel;
  private final long end;
  private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_SIZE).limit(0);
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
    window.clear().limit((int) Math.min(WINDOW_SIZE, Math.max(0, end - offset)));
    int count = channel.read(window, offset);
    if (count <= 0) {
      window.limit(0);
      throw new EOFException("file ended at byte " + offset + "; it changed while read");
    }
    window.flip();
    windowStart = offset;
  }
}
