package io.jrootfs.builder.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.util.List;

/**
 * An image described for programs: one JSON object; what is absent is left out, sizes are bytes.
 */
public final class InspectionJson {
  private InspectionJson() {}

  /** Ends in a newline. */
  public static String of(ImageContents contents) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("source", contents.source().toString());
    contents.documents().ifPresent(documents -> identity(root, documents));
    contents
        .details()
        .ifPresent(
            details -> {
              if (!details.created().isEmpty()) {
                root.put("created", details.created());
              }
              ObjectNode properties = root.putObject("configuration");
              details
                  .values()
                  .forEach((name, json) -> properties.set(name, PrettyJson.parse(json)));
            });
    ArrayNode layers = root.putArray("layers");
    LayerSummary.of(contents).forEach(layer -> layer(layers.addObject(), layer));
    content(root.putObject("content"), ContentSummary.of(contents.rootfs()));
    ObjectNode packages = root.putObject("packages");
    contents.packages().forEach(packages::put);
    return PrettyJson.of(root);
  }

  private static void identity(ObjectNode root, ImageDocuments documents) {
    ArrayNode names = root.putArray("names");
    documents.names().forEach(names::add);
    root.put("imageId", documents.config().digest().toString());
    documents
        .manifest()
        .ifPresent(
            manifest ->
                root.putObject("manifest")
                    .put("digest", manifest.digest().toString())
                    .put("mediaType", manifest.mediaType()));
  }

  private static void layer(ObjectNode node, LayerSummary layer) {
    node.put("digest", layer.layer().blob().digest().toString());
    node.put("diffId", layer.layer().blob().diffId().toString());
    node.put("size", layer.storedSize());
    node.put("tarSize", layer.tarSize());
    if (!layer.createdBy().isEmpty()) {
      node.put("createdBy", layer.createdBy());
    }
  }

  private static void content(ObjectNode node, ContentSummary summary) {
    node.put("size", summary.size());
    ObjectNode kinds = node.putObject("entries");
    summary.kinds().forEach(kinds::put);
    files(node.putArray("largest"), summary.largest());
    files(node.putArray("privileged"), summary.privileged());
  }

  private static void files(ArrayNode array, List<RootfsEntry.RegularFile> files) {
    for (RootfsEntry.RegularFile file : files) {
      array
          .addObject()
          .put("path", file.path().value())
          .put("mode", String.format("%04o", file.metadata().mode()))
          .put("uid", file.metadata().uid())
          .put("gid", file.metadata().gid())
          .put("size", file.content().size());
    }
  }
}
