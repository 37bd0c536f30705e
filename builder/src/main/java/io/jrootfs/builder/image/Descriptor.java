package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Refers to a blob (image-spec descriptor.md).
 *
 * @param mediaType what kind of blob
 * @param digest of the blob
 * @param size of the blob, in bytes
 * @param platform what machine the image behind it is for, if it says
 * @param annotations free-form
 */
record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    ImmutableSortedMap<String, String> annotations) {

  static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Optional.empty(), ImmutableSortedMap.of());
  }

  static Descriptor parse(JsonDocument json) throws ImageFormatException {
    Optional<JsonDocument> platform = json.find("platform");
    return new Descriptor(
        json.text("mediaType"),
        json.get("digest").digest(),
        json.get("size").size(),
        platform.isPresent() ? Optional.of(platform(platform.get())) : Optional.empty(),
        json.textsByKey("annotations"));
  }

  private static Platform platform(JsonDocument json) throws ImageFormatException {
    return new Platform(json.text("os"), json.text("architecture"), json.text("variant"));
  }

  /** An annotation, or the empty text. */
  String annotation(String name) {
    String value = annotations.get(name);
    return value == null ? "" : value;
  }

  TreeMap<String, Object> tree() {
    TreeMap<String, Object> tree = new TreeMap<>();
    tree.put("mediaType", mediaType);
    tree.put("digest", digest.toString());
    tree.put("size", size);
    if (!annotations.isEmpty()) {
      tree.put("annotations", annotations);
    }
    platform.ifPresent(machine -> tree.put("platform", platformTree(machine)));
    return tree;
  }

  private static TreeMap<String, Object> platformTree(Platform machine) {
    TreeMap<String, Object> tree = new TreeMap<>();
    tree.put("os", machine.os());
    tree.put("architecture", machine.architecture());
    if (!machine.variant().isEmpty()) {
      tree.put("variant", machine.variant());
    }
    return tree;
  }
}
