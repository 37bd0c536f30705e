package io.jrootfs.builder.image;

import java.nio.file.Path;

/**
 * A layer ready to be put into an image.
 *
 * @param diffId digest of the uncompressed tar
 * @param digest digest of the blob
 * @param size of the blob, in bytes
 * @param blob the file that holds the blob and nothing else
 * @param compression how the tar became the blob
 */
public record WrittenLayer(
    Digest diffId, Digest digest, long size, Path blob, Compression compression) {
  /** What a descriptor calls the blob. */
  public String mediaType() {
    return compression.mediaType();
  }
}
