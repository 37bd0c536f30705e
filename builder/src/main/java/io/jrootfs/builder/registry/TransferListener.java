package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;

/** Is told how far blobs are that are on their way. */
public interface TransferListener {
  /** Tells nobody. */
  TransferListener NONE = (direction, blob, done, total) -> {};

  /** Where blobs go. */
  enum Direction {
    /** Pushed. */
    TO_REGISTRY,
    /** Pulled. */
    FROM_REGISTRY
  }

  /**
   * Called when a blob sets out, and then as its bytes go.
   *
   * @param done how many of its bytes have gone
   * @param total how many it has
   */
  void transferred(Direction direction, Digest blob, long done, long total);
}
