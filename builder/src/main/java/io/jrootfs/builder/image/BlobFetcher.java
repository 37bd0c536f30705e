package io.jrootfs.builder.image;

import java.io.IOException;
import java.io.OutputStream;

/** Where the parts of an image come from that is not on this machine. */
public interface BlobFetcher {
  /**
   * The bytes of a manifest or image index.
   *
   * @throws IOException if they cannot be had
   */
  byte[] manifest(Digest digest) throws IOException;

  /**
   * Writes a blob to {@code out}, no more than {@code size} bytes of it.
   *
   * @throws IOException if it cannot be had, or written
   */
  void blob(Digest digest, long size, OutputStream out) throws IOException;
}
