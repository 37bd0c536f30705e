package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.Bytes;

/**
 * A JSON document of an image byte for byte, as its digest covers it.
 *
 * @param mediaType what kind of document
 * @param digest of {@code bytes}
 */
public record StoredDocument(String mediaType, Digest digest, Bytes bytes) {
  /** From its bytes. */
  public static StoredDocument of(String mediaType, byte[] bytes) {
    return new StoredDocument(mediaType, Digest.of(bytes), Bytes.copyOf(bytes));
  }
}
