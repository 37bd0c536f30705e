package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image as found on disk: its configuration, verified, and its layers, verified when their bytes
 * pass.
 *
 * @param source the archive, layout directory or tar, as it was named to us
 * @param config how to run it
 * @param layers lowest first
 * @param documents what describes it; the tar of a root filesystem has none
 */
public record Image(
    Path source,
    ImageConfig config,
    ImmutableList<LayerBlob> layers,
    Optional<ImageDocuments> documents) {

  /** Layers that no document describes. */
  public Image(Path source, ImageConfig config, ImmutableList<LayerBlob> layers) {
    this(source, config, layers, Optional.empty());
  }
}
