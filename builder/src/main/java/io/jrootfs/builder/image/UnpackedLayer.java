package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;

/**
 * A layer that can be read at any offset. Its bytes were verified, or will soon be by {@link
 * LayerCopies}, unless it is used where it is ({@link LayerFlattener#inPlace}).
 *
 * @param blob the layer as stored
 * @param tar the same, uncompressed
 */
public record UnpackedLayer(LayerBlob blob, FileContent.Slice tar) {}
