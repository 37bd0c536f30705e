package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A document about an image that a registry keeps beside it: a manifest whose subject is the
 * image's (image-spec manifest.md).
 *
 * @param subject the manifest or index that it is about
 * @param manifest of the document
 * @param artifactType what kind of document
 * @param content the document itself
 */
public record Referrer(
    StoredDocument subject, StoredDocument manifest, String artifactType, Bytes content) {
  /** What such a manifest has in place of an image's configuration: an empty object. */
  public static final StoredDocument EMPTY =
      StoredDocument.of(
          "application/vnd.oci.empty.v1+json", "{}".getBytes(StandardCharsets.US_ASCII));

  private static final String TITLE = "org.opencontainers.image.title";

  /**
   * A document about an image. Equal arguments give equal manifests.
   *
   * @param artifactType its media type
   * @param title its file name, for those who fetch it
   */
  public static Referrer of(
      StoredDocument subject, String artifactType, String title, byte[] content) {
    Descriptor document =
        new Descriptor(
            artifactType,
            Digest.of(content),
            content.length,
            Optional.empty(),
            ImmutableSortedMap.of(TITLE, title));
    TreeMap<String, Object> tree = new TreeMap<>();
    tree.put("schemaVersion", 2);
    tree.put("mediaType", MediaType.MANIFEST);
    tree.put("artifactType", artifactType);
    tree.put("config", describe(EMPTY).tree());
    tree.put("layers", ImmutableList.of(document.tree()));
    tree.put("subject", describe(subject).tree());
    return new Referrer(
        subject,
        StoredDocument.of(MediaType.MANIFEST, RenderedJson.of(tree)),
        artifactType,
        Bytes.copyOf(content));
  }

  private static Descriptor describe(StoredDocument document) {
    return Descriptor.of(document.mediaType(), document.digest(), document.bytes().size());
  }

  /**
   * The tag at which registries without an interface for referrers keep the list of them
   * (distribution-spec, "Referrers Tag Schema").
   */
  public String listTag() {
    return subject.digest().toString().replace(':', '-');
  }

  /**
   * That list, with this one at its end; empty if it is in the list already. What the others wrote
   * stays as it is.
   *
   * @param name what to call the list in messages
   * @param list as the registry has it; empty if it has none
   * @throws ImageFormatException if it is no list
   */
  public Optional<StoredDocument> addedTo(String name, Optional<byte[]> list)
      throws ImageFormatException {
    Map<String, Object> tree = new TreeMap<>();
    List<Object> manifests = new ArrayList<>();
    if (list.isPresent()) {
      JsonDocument known = JsonDocument.parse(Path.of(name), "index", list.get());
      for (Descriptor one : ManifestDocument.parseIndex(known)) {
        if (one.digest().equals(manifest.digest())) {
          return Optional.empty();
        }
      }
      tree.putAll(known.properties());
      manifests.addAll(known.get("manifests").values());
    }
    TreeMap<String, Object> own = describe(manifest).tree();
    own.put("artifactType", artifactType);
    manifests.add(own);
    tree.putAll(
        ImmutableMap.of("schemaVersion", 2, "mediaType", MediaType.INDEX, "manifests", manifests));
    return Optional.of(StoredDocument.of(MediaType.INDEX, RenderedJson.of(tree)));
  }
}
