package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageDetails;
import io.jrootfs.builder.image.UnpackedLayer;

/**
 * A layer and how it came to be.
 *
 * @param layer the layer
 * @param createdBy what the history says made it; empty if there is no history for it
 */
record LayerSummary(UnpackedLayer layer, String createdBy) {

  /** The layers, lowest first; steps of the history that made none are passed over. */
  static ImmutableList<LayerSummary> of(ImageContents contents) {
    ImmutableList<String> steps =
        contents.details().map(ImageDetails::history).orElse(ImmutableList.of()).stream()
            .filter(step -> !step.isEmpty())
            .map(ImageDetails.Step::createdBy)
            .collect(ImmutableList.toImmutableList());
    ImmutableList.Builder<LayerSummary> layers = ImmutableList.builder();
    for (int i = 0; i < contents.layers().size(); i++) {
      layers.add(new LayerSummary(contents.layers().get(i), i < steps.size() ? steps.get(i) : ""));
    }
    return layers.build();
  }

  long storedSize() {
    return layer.blob().location().size();
  }

  long tarSize() {
    return layer.tar().size();
  }
}
