package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.TreeMap;

/**
 * An image manifest (image-spec manifest.md; Docker's "image manifest version 2, schema 2").
 *
 * @param config the image configuration
 * @param layers lowest first
 */
record ManifestDocument(Descriptor config, ImmutableList<Descriptor> layers) {

  static ManifestDocument parse(JsonDocument json) throws ImageFormatException {
    String mediaType = json.text("mediaType");
    // A document that can be taken for both is the attack of CVE-2021-41190.
    if (json.find("manifests").isPresent()
        || !(mediaType.isEmpty() || MediaType.isManifest(mediaType))) {
      throw json.malformed("is referred to as a manifest, but is none");
    }
    Descriptor config = Descriptor.parse(json.get("config"));
    if (!MediaType.isConfig(config.mediaType())) {
      throw json.get("config")
          .unsupported("not an image; its configuration is of type " + config.mediaType());
    }
    ImmutableList.Builder<Descriptor> layers = ImmutableList.builder();
    for (JsonDocument layer : json.get("layers").elements()) {
      Descriptor descriptor = Descriptor.parse(layer);
      String problem = MediaType.whyNotALayer(descriptor.mediaType());
      if (!problem.isEmpty()) {
        throw layer.unsupported(problem);
      }
      layers.add(descriptor);
    }
    return new ManifestDocument(config, layers.build());
  }

  /**
   * The document with annotations (image-spec annotations.md).
   *
   * @param annotations left out if there are none
   */
  byte[] render(ImmutableSortedMap<String, String> annotations) {
    TreeMap<String, Object> tree = new TreeMap<>();
    tree.put("schemaVersion", 2);
    tree.put("mediaType", MediaType.MANIFEST);
    tree.put("config", config.tree());
    tree.put("layers", layers.stream().map(Descriptor::tree).toList());
    if (!annotations.isEmpty()) {
      tree.put("annotations", annotations);
    }
    return RenderedJson.of(tree);
  }

  /** An image index, such as a layout's {@code index.json} (image-spec image-index.md). */
  static byte[] renderIndex(ImmutableList<Descriptor> manifests) {
    return RenderedJson.of(
        ImmutableSortedMap.of(
            "schemaVersion",
            2,
            "mediaType",
            MediaType.INDEX,
            "manifests",
            manifests.stream().map(Descriptor::tree).toList()));
  }

  /** The manifests of an index, with what is no image, such as an attestation, still among them. */
  static ImmutableList<Descriptor> parseIndex(JsonDocument json) throws ImageFormatException {
    String mediaType = json.text("mediaType");
    if (json.find("layers").isPresent()
        || json.find("config").isPresent()
        || !(mediaType.isEmpty() || MediaType.isIndex(mediaType))) {
      throw json.malformed("is referred to as an image index, but is none");
    }
    ImmutableList.Builder<Descriptor> manifests = ImmutableList.builder();
    for (JsonDocument manifest : json.get("manifests").elements()) {
      manifests.add(Descriptor.parse(manifest));
    }
    return manifests.build();
  }
}
