package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;

/**
 * A layer whose bytes were verified.
 *
 * @param blob the layer as stored
 * @param tar the same, uncompressed
 */
public record UnpackedLayer(LayerBlob blob, FileContent.Slice tar) {}
