package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An image configuration (image-spec config.md), whose digest is the image ID.
 *
 * @param config how to run the image
 * @param diffIds of the layers, lowest first
 */
record ConfigDocument(ImageConfig config, ImmutableList<Digest> diffIds) {

  static ConfigDocument parse(JsonDocument json) throws ImageFormatException {
    JsonDocument rootfs = json.get("rootfs");
    String type = rootfs.text("type");
    if (!type.equals("layers")) {
      throw rootfs.unsupported("its type is '" + type + "', only 'layers' is supported");
    }
    ImmutableList.Builder<Digest> diffIds = ImmutableList.builder();
    for (JsonDocument diffId : rootfs.list("diff_ids")) {
      diffIds.add(diffId.digest());
    }
    Platform platform =
        new Platform(json.text("os"), json.text("architecture"), json.text("variant"));
    Optional<JsonDocument> execution = json.find("config");
    return new ConfigDocument(
        execution.isPresent()
            ? parseExecution(platform, execution.get())
            : ImageConfig.empty(platform),
        diffIds.build());
  }

  private static ImageConfig parseExecution(Platform platform, JsonDocument json)
      throws ImageFormatException {
    return new ImageConfig(
        platform,
        json.text("User"),
        json.keys("ExposedPorts"),
        json.texts("Env"),
        json.texts("Entrypoint"),
        json.texts("Cmd"),
        json.keys("Volumes"),
        json.text("WorkingDir"),
        json.textsByKey("Labels"),
        json.text("StopSignal"));
  }

  /** Fails unless there is a diff ID for each layer. */
  void checkLayerCount(Path image, String name, int layers) throws ImageFormatException {
    if (diffIds.size() != layers) {
      throw new ImageFormatException(
          image,
          ImageFormatException.Kind.MALFORMED,
          name,
          "has " + diffIds.size() + " diff IDs for " + layers + " layers");
    }
  }

  /**
   * The document for an image of ours: one history entry a layer.
   *
   * @param layers lowest first
   */
  static byte[] render(ImageConfig config, Provenance made, ImmutableList<WrittenLayer> layers) {
    TreeMap<String, Object> tree = new TreeMap<>();
    Platform platform = config.platform();
    tree.put("architecture", platform.architecture());
    tree.put("os", platform.os());
    putUnlessEmpty(tree, "variant", platform.variant());
    tree.put("created", made.created().toString());
    tree.put("config", execution(config));
    tree.put("history", steps(made, layers));
    tree.put("rootfs", rootfs(layers.stream().map(WrittenLayer::diffId)));
    return RenderedJson.of(tree);
  }

  /** The document for layers that nobody has described, and of which no history is known. */
  static byte[] describe(ImageConfig config, List<Digest> diffIds) {
    TreeMap<String, Object> tree = new TreeMap<>();
    tree.put("architecture", config.platform().architecture());
    tree.put("os", config.platform().os());
    putUnlessEmpty(tree, "variant", config.platform().variant());
    tree.put("config", execution(config));
    tree.put("rootfs", rootfs(diffIds.stream()));
    return RenderedJson.of(tree);
  }

  private static Map<String, Object> rootfs(Stream<Digest> diffIds) {
    return ImmutableSortedMap.of(
        "type", "layers", "diff_ids", diffIds.map(Digest::toString).toList());
  }

  /**
   * The document for an image of ours that is made of another one. What we do not know of that one
   * stays: health checks, authors, whatever other tools put there.
   *
   * @param base the other image's document
   * @param config how to run the image
   * @param added layers on top of those of the base, lowest first; if there are none, a step of the
   *     history tells that the configuration has changed
   */
  static byte[] derive(
      JsonDocument base, ImageConfig config, Provenance made, ImmutableList<WrittenLayer> added)
      throws ImageFormatException {
    ConfigDocument parsed = parse(base);
    Map<String, Object> tree = base.properties();
    tree.put("created", made.created().toString());
    Optional<JsonDocument> execution = base.find("config");
    Map<String, Object> properties =
        execution.isPresent() ? execution.get().properties() : new TreeMap<>();
    replaceChanged(properties, execution(parsed.config), execution(config));
    tree.put("config", properties);
    tree.put(
        "history",
        history(base, parsed.diffIds.size(), added.isEmpty() ? noLayer(made) : steps(made, added)));
    Map<String, Object> rootfs = base.get("rootfs").properties();
    rootfs.put(
        "diff_ids",
        Stream.concat(parsed.diffIds.stream(), added.stream().map(WrittenLayer::diffId))
            .map(Digest::toString)
            .toList());
    tree.put("rootfs", rootfs);
    return RenderedJson.of(tree);
  }

  private static void replaceChanged(
      Map<String, Object> properties, Map<String, Object> old, Map<String, Object> wanted) {
    for (String key : Sets.union(old.keySet(), wanted.keySet())) {
      Object value = wanted.get(key);
      if (value == null) {
        properties.remove(key);
      } else if (!value.equals(old.get(key))) {
        properties.put(key, value);
      }
    }
  }

  /** Readers count steps against layers, so a base that tells nothing of its own is filled up. */
  private static List<Object> history(
      JsonDocument base, int layersOfBase, ImmutableList<Map<String, Object>> ours)
      throws ImageFormatException {
    List<Object> history = new ArrayList<>();
    Optional<JsonDocument> before = base.find("history");
    if (before.isPresent()) {
      history.addAll(before.get().values());
    }
    if (history.isEmpty()) {
      history.addAll(
          Collections.nCopies(layersOfBase, ImmutableMap.of("comment", "layer of the base")));
    }
    history.addAll(ours);
    return history;
  }

  private static ImmutableList<Map<String, Object>> steps(
      Provenance made, ImmutableList<WrittenLayer> layers) {
    ImmutableList.Builder<Map<String, Object>> steps = ImmutableList.builder();
    for (WrittenLayer layer : layers) {
      steps.add(
          ImmutableSortedMap.of(
              "created", made.created().toString(),
              "created_by", createdBy(made, layer),
              "comment", layer.comment()));
    }
    return steps.build();
  }

  /** What tools show of a step first; layers of one build would all be called the same. */
  private static String createdBy(Provenance made, WrittenLayer layer) {
    return layer.content().isEmpty()
        ? made.createdBy()
        : made.createdBy() + " # " + layer.content();
  }

  private static ImmutableList<Map<String, Object>> noLayer(Provenance made) {
    return ImmutableList.of(
        ImmutableSortedMap.of(
            "created", made.created().toString(),
            "created_by", made.createdBy(),
            "empty_layer", true));
  }

  private static TreeMap<String, Object> execution(ImageConfig config) {
    TreeMap<String, Object> tree = new TreeMap<>();
    putUnlessEmpty(tree, "User", config.user());
    putUnlessEmpty(tree, "ExposedPorts", asGoSet(config.exposedPorts()));
    putUnlessEmpty(tree, "Env", config.env());
    putUnlessEmpty(tree, "Entrypoint", config.entrypoint());
    putUnlessEmpty(tree, "Cmd", config.cmd());
    putUnlessEmpty(tree, "Volumes", asGoSet(config.volumes()));
    putUnlessEmpty(tree, "WorkingDir", config.workingDir());
    putUnlessEmpty(tree, "Labels", config.labels());
    putUnlessEmpty(tree, "StopSignal", config.stopSignal());
    return tree;
  }

  private static Map<String, Object> asGoSet(ImmutableSortedSet<String> set) {
    return Maps.asMap(set, member -> ImmutableMap.of());
  }

  private static void putUnlessEmpty(Map<String, Object> tree, String key, String text) {
    if (!text.isEmpty()) {
      tree.put(key, text);
    }
  }

  private static void putUnlessEmpty(Map<String, Object> tree, String key, Collection<?> list) {
    if (!list.isEmpty()) {
      tree.put(key, list);
    }
  }

  private static void putUnlessEmpty(Map<String, Object> tree, String key, Map<String, ?> map) {
    if (!map.isEmpty()) {
      tree.put(key, map);
    }
  }
}
