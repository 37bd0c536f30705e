package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
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
 * @param imageId digest of the configuration, by which engines know the image; only of one image
 * @param diffIds digests of its layers as tars, lowest first; only of one image
 */
public record BuildReport(
    Path output,
    long size,
    int entries,
    Optional<Digest> manifestDigest,
    Optional<Digest> imageId,
    ImmutableList<Digest> diffIds) {

  /** Of something that has no image's documents, or an index of several images. */
  public BuildReport(Path output, long size, int entries, Optional<Digest> manifestDigest) {
    this(output, size, entries, manifestDigest, Optional.empty(), ImmutableList.of());
  }
}
