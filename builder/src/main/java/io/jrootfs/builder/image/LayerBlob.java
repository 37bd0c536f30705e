package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;

/**
 * One layer as it lies in an image archive, layout, or on its own; not yet verified.
 *
 * @param digest of the bytes as stored
 * @param diffId digest of the uncompressed tar
 * @param location the stored bytes, where they are
 */
public record LayerBlob(Digest digest, Digest diffId, FileContent.Slice location) {}
