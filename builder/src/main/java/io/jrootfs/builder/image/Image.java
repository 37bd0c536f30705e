package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;

/**
 * An image as found on disk: its configuration, verified, and its layers, verified when their bytes
 * pass.
 *
 * @param config how to run it
 * @param layers lowest first
 */
public record Image(ImageConfig config, ImmutableList<LayerBlob> layers) {}
