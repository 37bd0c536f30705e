package io.jrootfs.builder.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * One gzip member (RFC 1952), compressed by several threads into bytes that do not depend on how
 * many.
 *
 * <p>The input is cut into blocks of fixed size. Each is deflated on its own, with the 32 KiB
 * before it as dictionary, and flushed to a byte boundary, so that the results joined are one valid
 * deflate stream. The header says neither time nor name nor system. The bytes still depend on the
 * version of zlib in the JDK.
 */
final class BlockGzipOutputStream extends OutputStream {
  static final int BLOCK_SIZE = 128 << 10;

  /** As far back as deflate can refer (RFC 1951). */
  private static final int WINDOW = 32 << 10;

  /** Of a Debian system it makes 1 % more than zlib's usual 6, in two thirds of the time. */
  private static final int LEVEL = 5;

  /** No flags, no time, no hint at the level, system unknown. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final OutputStream out;
  private final ExecutorService workers;
  private final int maxPending;
  private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
  private final ConcurrentLinkedQueue<Deflater> idle = new ConcurrentLinkedQueue<>();
  private final CRC32 crc = new CRC32();
  private long size;
  private byte[] block = new byte[BLOCK_SIZE];
  private int filled;
  private byte @Nullable [] previous;
  private boolean closed;

  /**
   * @param threads 1 or more
   */
  BlockGzipOutputStream(OutputStream out, int threads) throws IOException {
    this.out = out;
    this.maxPending = 2 * threads;
    out.write(HEADER);
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "gzip");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    size += length;
    int at = offset;
    int left = length;
    while (left > 0) {
      // A full block waits for more input, because the last one is ended differently.
      if (filled == BLOCK_SIZE) {
        submit(false);
      }
      int count = Math.min(left, BLOCK_SIZE - filled);
      System.arraycopy(bytes, at, block, filled, count);
      filled += count;
      at += count;
      left -= count;
    }
  }

  private void submit(boolean last) throws IOException {
    if (pending.size() == maxPending) {
      writeOldest();
    }
    byte[] input = block;
    int length = filled;
    byte[] before = previous;
    pending.addLast(workers.submit(() -> compress(before, input, length, last)));
    previous = input;
    block = new byte[BLOCK_SIZE];
    filled = 0;
  }

  private byte[] compress(byte @Nullable [] before, byte[] input, int length, boolean last) {
    Deflater deflater = idle.poll();
    if (deflater == null) {
      deflater = new Deflater(LEVEL, true);
    }
    deflater.reset();
    if (before != null) {
      // Only full blocks have a successor.
      deflater.setDictionary(before, BLOCK_SIZE - WINDOW, WINDOW);
    }
    deflater.setInput(input, 0, length);
    if (last) {
      deflater.finish();
    }
    // Room for deflate's worst case, stored blocks; a call that fills the buffer is repeated.
    byte[] output = new byte[length + 1024];
    int count = 0;
    while (true) {
      count +=
          deflater.deflate(
              output, count, output.length - count, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
      if (count < output.length) {
        break;
      }
      output = Arrays.copyOf(output, output.length * 2);
    }
    idle.add(deflater);
    return Arrays.copyOf(output, count);
  }

  private void writeOldest() throws IOException {
    try {
      out.write(pending.removeFirst().get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("compressing from memory cannot fail", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while compressing", e);
    }
  }

  /** Ends the member and closes the stream below. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      submit(true);
      while (!pending.isEmpty()) {
        writeOldest();
      }
      writeLittleEndian(crc.getValue());
      writeLittleEndian(size);
    } finally {
      workers.shutdownNow();
      idle.forEach(Deflater::end);
    }
  }

  private void writeLittleEndian(long value) throws IOException {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write((int) (value >>> shift) & 0xff);
    }
  }
}
