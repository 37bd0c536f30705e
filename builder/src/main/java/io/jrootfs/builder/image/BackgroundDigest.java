package io.jrootfs.builder.image;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A digest that is taken while the next bytes are read, decompressed and written, which takes as
 * long. The same few pieces of memory are filled again and again, and stay in the processor's
 * cache.
 */
final class BackgroundDigest implements AutoCloseable {
  /** In bytes. */
  private static final int PIECE_SIZE = 128 << 10;

  /** More would be memory that nobody needs. */
  private static final int MOST_PIECES = 8;

  private final MessageDigest digest = Digest.begin();
  private final BlockingQueue<ByteBuffer> idle = new LinkedBlockingQueue<>();
  private int pieces;
  private final ExecutorService thread = newThread();

  /** One that takes digests, and does not keep a JVM from ending. */
  static ExecutorService newThread() {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread made = new Thread(work, "digest");
          made.setDaemon(true);
          return made;
        });
  }

  /** Memory to fill, outside the heap; waits until the digest has gone so far. */
  ByteBuffer piece() {
    ByteBuffer piece = idle.poll();
    if (piece == null && pieces < MOST_PIECES) {
      pieces++;
      piece = ByteBuffer.allocateDirect(PIECE_SIZE);
    }
    return (piece == null ? Uninterruptibles.takeUninterruptibly(idle) : piece).clear();
  }

  /**
   * Goes on with the bytes between position and limit.
   *
   * @param piece of {@link #piece}, not to be touched any more
   */
  void update(ByteBuffer piece) {
    thread.execute(
        () -> {
          try {
            digest.update(piece);
          } finally {
            idle.add(piece);
          }
        });
  }

  /** Goes on with bytes that may change afterwards. */
  void update(byte[] bytes, int offset, int length) {
    int done = 0;
    while (done < length) {
      ByteBuffer piece = piece();
      int count = Math.min(length - done, piece.remaining());
      update(piece.put(bytes, offset + done, count).flip());
      done += count;
    }
  }

  /** Of all bytes. Nothing may follow. */
  Digest finish() {
    thread.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(thread);
    return Digest.finish(digest);
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
