package io.jrootfs.builder.image;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ListMultimap;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds an image by way of {@code index.json} (image-spec image-layout.md, image-index.md). */
final class OciImages {
  static final String REF_NAME = "org.opencontainers.image.ref.name";
  static final String CONTAINERD_NAME = "io.containerd.image.name";

  private static final String UNNAMED = "(unnamed)";

  private static final String LAYOUT_VERSION = "1.0.0";

  /** Indexes may hold indexes; more than this many are not followed. */
  private static final int MAX_INDEXES = 100;

  private final ImageFiles files;
  private final ImageSelection wanted;

  /** The descriptors of the layout's index that lead to a manifest: they carry its names. */
  private final ListMultimap<Digest, Descriptor> namedBy = ArrayListMultimap.create();

  private int indexes;

  OciImages(ImageFiles files, ImageSelection wanted) {
    this.files = files;
    this.wanted = wanted;
  }

  Image read() throws ImageFormatException, IOException {
    JsonDocument layout = parse(ImageFiles.OCI_LAYOUT);
    String version = layout.get("imageLayoutVersion").text();
    if (!version.equals(LAYOUT_VERSION)) {
      throw layout.unsupported("image layout version " + version + ", not " + LAYOUT_VERSION);
    }
    ImmutableList<Descriptor> all = ManifestDocument.parseIndex(parse(ImageFiles.INDEX));
    return image(chosen(manifests(named(all))));
  }

  /** Without a layout: the image that {@code top}, a manifest or an index, leads to. */
  Image readFrom(Descriptor top) throws ImageFormatException, IOException {
    return image(chosen(manifests(List.of(top))));
  }

  private JsonDocument parse(String name) throws ImageFormatException, IOException {
    return JsonDocument.parse(files.image(), name, files.document(name));
  }

  private List<Descriptor> named(ImmutableList<Descriptor> all) throws ImageFormatException {
    List<Descriptor> named =
        all.stream()
            .filter(
                descriptor ->
                    wanted.accepts(descriptor.annotation(REF_NAME))
                        || wanted.accepts(descriptor.annotation(CONTAINERD_NAME)))
            .toList();
    if (named.isEmpty() && wanted.reference().isPresent()) {
      throw new ImageFormatException(
          files.image(),
          Kind.NO_SUCH_NAME,
          wanted.reference().get(),
          "no image of that name, there are: "
              + all.stream().map(OciImages::nameOf).distinct().collect(joining(", ")));
    }
    return named;
  }

  private ImmutableList<String> namesOf(Descriptor manifest) {
    return namedBy.get(manifest.digest()).stream()
        .map(OciImages::nameOf)
        .filter(name -> !name.equals(UNNAMED))
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  private static String nameOf(Descriptor descriptor) {
    String full = descriptor.annotation(CONTAINERD_NAME);
    String name = full.isEmpty() ? descriptor.annotation(REF_NAME) : full;
    return name.isEmpty() ? UNNAMED : name;
  }

  /** The image manifests, those of indexes included; what is no image is left out. */
  private List<Descriptor> manifests(List<Descriptor> tops)
      throws ImageFormatException, IOException {
    List<Descriptor> manifests = new ArrayList<>();
    for (Descriptor top : tops) {
      collect(top, manifests);
    }
    return manifests;
  }

  private void collect(Descriptor top, List<Descriptor> manifests)
      throws ImageFormatException, IOException {
    Deque<Descriptor> pending = new ArrayDeque<>(List.of(top));
    Set<Digest> seen = new HashSet<>();
    while (!pending.isEmpty()) {
      Descriptor descriptor = pending.removeFirst();
      if (!seen.add(descriptor.digest()) || isAttestation(descriptor)) {
        continue;
      }
      if (MediaType.isManifest(descriptor.mediaType())) {
        if (!namedBy.containsKey(descriptor.digest())) {
          manifests.add(descriptor);
        }
        namedBy.put(descriptor.digest(), top);
      } else if (MediaType.isIndex(descriptor.mediaType())) {
        if (++indexes > MAX_INDEXES) {
          throw new ImageFormatException(
              files.image(), Kind.UNSUPPORTED, "", "holds more than " + MAX_INDEXES + " indexes");
        }
        ManifestDocument.parseIndex(files.parseBlob(descriptor))
            .reverse()
            .forEach(pending::addFirst);
      }
    }
  }

  /** BuildKit stores attestations in the index of the image, for the platform unknown/unknown. */
  private static boolean isAttestation(Descriptor descriptor) {
    return descriptor.platform().map(platform -> platform.os().equals("unknown")).orElse(false);
  }

  /**
   * The only manifest, whatever it is for unless that is demanded, or the first one for the wanted
   * platform. What an index says of its manifests counts, and only where it does not, what their
   * configurations say.
   */
  private Descriptor chosen(List<Descriptor> manifests) throws ImageFormatException, IOException {
    if (manifests.size() == 1) {
      wanted.check(files.image(), platform(manifests.get(0)));
      return manifests.get(0);
    }
    List<String> platforms = new ArrayList<>();
    for (Descriptor descriptor : manifests) {
      Platform platform = platform(descriptor);
      if (platform.satisfies(wanted.platform())) {
        return descriptor;
      }
      platforms.add(platform.toString());
    }
    throw new ImageFormatException(
        files.image(),
        Kind.NO_SUCH_PLATFORM,
        "",
        platforms.isEmpty()
            ? "holds no image"
            : "holds no image for "
                + wanted.platform()
                + ", but for "
                + String.join(", ", platforms));
  }

  private Platform platform(Descriptor descriptor) throws ImageFormatException, IOException {
    Optional<Platform> said = descriptor.platform();
    return said.isPresent() ? said.get() : config(manifest(descriptor)).config().platform();
  }

  private ManifestDocument manifest(Descriptor descriptor)
      throws ImageFormatException, IOException {
    return ManifestDocument.parse(files.parseBlob(descriptor));
  }

  private ConfigDocument config(ManifestDocument manifest)
      throws ImageFormatException, IOException {
    return ConfigDocument.parse(files.parseBlob(manifest.config()));
  }

  private Image image(Descriptor chosen) throws ImageFormatException, IOException {
    byte[] manifestBytes = files.blobDocument(chosen);
    ManifestDocument manifest =
        ManifestDocument.parse(
            JsonDocument.parse(files.image(), ImageFiles.blobName(chosen.digest()), manifestBytes));
    String configName = ImageFiles.blobName(manifest.config().digest());
    byte[] configBytes = files.blobDocument(manifest.config());
    ConfigDocument config =
        ConfigDocument.parse(JsonDocument.parse(files.image(), configName, configBytes));
    config.checkLayerCount(files.image(), configName, manifest.layers().size());
    ImmutableList.Builder<LayerBlob> layers = ImmutableList.builder();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      layers.add(new LayerBlob(layer.digest(), config.diffIds().get(i), files.blob(layer)));
    }
    return new Image(
        files.image(),
        config.config(),
        layers.build(),
        Optional.of(
            new ImageDocuments(
                namesOf(chosen),
                StoredDocument.of(manifest.config().mediaType(), configBytes),
                Optional.of(StoredDocument.of(chosen.mediaType(), manifestBytes)))));
  }
}
