package io.jrootfs.builder.image;

import java.nio.file.Path;

/**
 * An image archive that was written.
 *
 * @param imageId digest of the image configuration
 * @param manifestDigest digest of the manifest, by which a registry would know the image
 * @param path the archive
 */
public record WrittenImage(Digest imageId, Digest manifestDigest, Path path) {}
