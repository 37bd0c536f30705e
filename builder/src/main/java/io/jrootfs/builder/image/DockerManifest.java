package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;

/**
 * One image in the {@code manifest.json} of a docker archive (Docker's image specification 1.2,
 * "Combined Image JSON + Filesystem Changeset Format").
 *
 * @param config archive member with the image configuration
 * @param repoTags names, such as {@code bash:latest}
 * @param layers archive members with the layers, lowest first
 */
record DockerManifest(String config, ImmutableList<String> repoTags, ImmutableList<String> layers) {

  static ImmutableList<DockerManifest> parse(JsonDocument json) throws ImageFormatException {
    ImmutableList.Builder<DockerManifest> images = ImmutableList.builder();
    for (JsonDocument image : json.elements()) {
      images.add(
          new DockerManifest(
              image.get("Config").text(), image.texts("RepoTags"), image.texts("Layers")));
    }
    return images.build();
  }

  /** {@code manifest.json} with this image alone. */
  byte[] render() {
    return RenderedJson.of(
        ImmutableList.of(
            ImmutableSortedMap.of("Config", config, "RepoTags", repoTags, "Layers", layers)));
  }
}
