package io.jrootfs.builder.image;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds an image by way of {@code manifest.json}, as {@code docker save} writes it.
 *
 * <p>Layers in it are members of any name. What is not named by its digest is still verified: the
 * diff IDs of the configuration cover every layer.
 */
final class DockerImages {
  /** Both namings of a configuration, and the one of a layer, that contain a digest. */
  private static final Pattern NAMED_BY_DIGEST =
      Pattern.compile("(?:blobs/sha256/([0-9a-f]{64})|([0-9a-f]{64})\\.json)");

  private final ArchiveFiles files;
  private final ImageSelection wanted;

  DockerImages(ArchiveFiles files, ImageSelection wanted) {
    this.files = files;
    this.wanted = wanted;
  }

  Image read() throws ImageFormatException, IOException {
    DockerManifest manifest = chosen();
    byte[] bytes = files.document(manifest.config());
    Optional<Digest> imageId = digestInName(manifest.config());
    if (imageId.isPresent()) {
      files.verify(manifest.config(), imageId.get(), bytes);
    }
    ConfigDocument config =
        ConfigDocument.parse(JsonDocument.parse(files.image(), manifest.config(), bytes));
    config.checkLayerCount(files.image(), manifest.config(), manifest.layers().size());
    wanted.check(files.image(), config.config().platform());
    ImmutableList.Builder<LayerBlob> layers = ImmutableList.builder();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(layer(manifest.layers().get(i), config.diffIds().get(i)));
    }
    return new Image(
        files.image(),
        config.config(),
        layers.build(),
        Optional.of(
            new ImageDocuments(
                manifest.repoTags(),
                StoredDocument.of(MediaType.DOCKER_CONFIG, bytes),
                Optional.empty())));
  }

  private DockerManifest chosen() throws ImageFormatException, IOException {
    ImmutableList<DockerManifest> images =
        DockerManifest.parse(
            JsonDocument.parse(
                files.image(),
                ImageFiles.DOCKER_MANIFEST,
                files.document(ImageFiles.DOCKER_MANIFEST)));
    if (images.isEmpty()) {
      throw new ImageFormatException(
          files.image(), Kind.MALFORMED, ImageFiles.DOCKER_MANIFEST, "names no image");
    }
    if (wanted.reference().isEmpty()) {
      return images.get(0);
    }
    for (DockerManifest image : images) {
      if (image.repoTags().stream().anyMatch(wanted::accepts)) {
        return image;
      }
    }
    throw new ImageFormatException(
        files.image(),
        Kind.NO_SUCH_NAME,
        wanted.reference().get(),
        "no image of that name, there are: "
            + images.stream()
                .map(DockerManifest::repoTags)
                .flatMap(List::stream)
                .collect(joining(", ")));
  }

  private LayerBlob layer(String name, Digest diffId) throws ImageFormatException, IOException {
    FileContent.Slice location = files.get(name);
    Optional<Digest> named = digestInName(name);
    if (named.isPresent()) {
      return new LayerBlob(named.get(), diffId, location);
    }
    return new LayerBlob(
        StoredFormat.of(location) == StoredFormat.PLAIN ? diffId : digestOf(location),
        diffId,
        location);
  }

  private static Digest digestOf(FileContent.Slice location) throws IOException {
    return StoredBytes.digest(location);
  }

  private static Optional<Digest> digestInName(String name) {
    Matcher matcher = NAMED_BY_DIGEST.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String hex = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return Optional.of(new Digest(hex));
  }
}
