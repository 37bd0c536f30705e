package io.jrootfs.builder;

import io.jrootfs.builder.image.Digest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a build made.
 *
 * @param output the archive or directory
 * @param size of the archive in bytes; of a directory the sum of its files' sizes
 * @param entries how many names the rootfs has
 * @param manifestDigest what a registry would know the image by; only of images
 */
public record BuildReport(Path output, long size, int entries, Optional<Digest> manifestDigest) {}
