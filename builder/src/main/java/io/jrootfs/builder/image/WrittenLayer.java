package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;
import java.nio.file.Path;

/**
 * A layer ready to be put into an image.
 *
 * @param diffId digest of the uncompressed tar
 * @param digest digest of the blob
 * @param size of the blob, in bytes
 * @param blob the file that holds the blob and nothing else
 * @param compression how the tar became the blob
 * @param content what is in it, for people; empty for no word about it
 */
public record WrittenLayer(
    Digest diffId, Digest digest, long size, Path blob, Compression compression, String content) {
  /** A layer about whose content there is nothing to say. */
  public WrittenLayer(Digest diffId, Digest digest, long size, Path blob, Compression compression) {
    this(diffId, digest, size, blob, compression, "");
  }

  /** The same with a word about its content. */
  public WrittenLayer withContent(String newContent) {
    return new WrittenLayer(diffId, digest, size, blob, compression, newContent);
  }

  /** As part of an image. */
  DistributableImage.DescribedLayer described() {
    return DistributableImage.DescribedLayer.of(
        new LayerBlob(digest, diffId, new FileContent.Slice(blob, 0, size)), mediaType());
  }

  /** What the history says of it. */
  String comment() {
    return "layer " + (content.isEmpty() ? "" : "of " + content + ", ") + compression.settings();
  }

  /** What a descriptor calls the blob. */
  public String mediaType() {
    return compression.mediaType();
  }
}
