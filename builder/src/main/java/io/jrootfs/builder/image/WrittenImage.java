package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/**
 * An image archive that was written. Of one with several images, configuration and layers are those
 * of the image that docker gets.
 *
 * @param imageId digest of the image configuration
 * @param manifestDigest digest of the manifest, by which a registry would know the image
 * @param diffIds digests of its layers as tars, lowest first
 * @param path the archive
 */
public record WrittenImage(
    Digest imageId, Digest manifestDigest, ImmutableList<Digest> diffIds, Path path) {}
