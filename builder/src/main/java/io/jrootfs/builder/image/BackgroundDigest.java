package io.jrootfs.builder.image;

import com.google.common.util.concurrent.Uninterruptibles;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * A digest that is taken while the next bytes are read, decompressed and written, which takes as
 * long.
 */
final class BackgroundDigest implements AutoCloseable {
  /** Pieces that wait; more would be memory that nobody needs. */
  private static final int MOST_WAITING = 8;

  private final MessageDigest digest = Digest.begin();
  private final Semaphore room = new Semaphore(MOST_WAITING);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "digest");
            made.setDaemon(true);
            return made;
          });

  /** Goes on with bytes that may change afterwards. */
  void update(byte[] bytes, int offset, int length) {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    room.acquireUninterruptibly();
    thread.execute(
        () -> {
          digest.update(copy);
          room.release();
        });
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
