package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;

/** One blob on its way, and whoever is told how far it is. */
final class Transfer {
  private final TransferListener listener;
  private final TransferListener.Direction direction;
  private final Digest blob;
  private final long total;
  private long done;

  Transfer(
      TransferListener listener, TransferListener.Direction direction, Digest blob, long total) {
    this.listener = listener;
    this.direction = direction;
    this.blob = blob;
    this.total = total;
  }

  /** It sets out. */
  void begin() {
    advance(0);
  }

  /** Jib tells of bytes as they go, of some again when it tries again. */
  void advance(long bytes) {
    done = Math.min(done + bytes, total);
    listener.transferred(direction, blob, done, total);
  }
}
