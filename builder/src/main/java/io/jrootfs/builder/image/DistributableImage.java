package io.jrootfs.builder.image;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An image in the form in which a registry has it: every byte is covered by the manifest's digest,
 * and was verified.
 *
 * @param manifest the image manifest
 * @param config the image configuration
 * @param layers lowest first
 */
public record DistributableImage(
    StoredDocument manifest, StoredDocument config, ImmutableList<LayerBlob> layers) {

  /**
   * The image byte for byte, if it has a manifest. Archives of {@code docker save} may have none;
   * then one is made, and layers that are not compressed are, with gzip.
   *
   * @param spool a directory that takes compressed layers; the result refers to it, and the caller
   *     removes it
   * @throws ImageFormatException if it has no configuration, or a layer not the digest it should
   *     have
   * @throws IOException if it cannot be read, or the spool not be written
   */
  public static DistributableImage of(Image image, Path spool)
      throws ImageFormatException, IOException {
    if (image.documents().isEmpty()) {
      throw new ImageFormatException(
          image.source(),
          Kind.UNSUPPORTED,
          "",
          "a root filesystem without an image configuration is no image; make one of its"
              + " directory with 'jbuild rootfs --copy DIR:/'");
    }
    verifyLayers(image);
    ImageDocuments documents = image.documents().get();
    if (documents.manifest().isPresent()) {
      return new DistributableImage(documents.manifest().get(), documents.config(), image.layers());
    }
    ImmutableList.Builder<DescribedLayer> layers = ImmutableList.builder();
    for (LayerBlob layer : image.layers()) {
      StoredFormat format = StoredFormat.of(layer.location());
      LayerBlob stored =
          format == StoredFormat.PLAIN ? compressed(layer, Compression.GZIP, spool) : layer;
      layers.add(
          DescribedLayer.of(
              stored,
              format == StoredFormat.PLAIN
                  ? Compression.GZIP.mediaType()
                  : mediaType(image, format)));
    }
    StoredDocument config =
        StoredDocument.of(MediaType.CONFIG, documents.config().bytes().toByteArray());
    return made(config, ImmutableSortedMap.of(), layers.build());
  }

  /**
   * An image of ours. Equal arguments give equal documents.
   *
   * @param annotations of the manifest
   * @param layers lowest first
   */
  public static DistributableImage made(
      ImageConfig config,
      ImmutableSortedMap<String, String> annotations,
      Provenance made,
      ImmutableList<WrittenLayer> layers) {
    StoredDocument document =
        StoredDocument.of(MediaType.CONFIG, ConfigDocument.render(config, made, layers));
    return made(document, annotations, layers.stream().map(WrittenLayer::described).toList());
  }

  /** A layer and what the manifest says of it. */
  record DescribedLayer(LayerBlob blob, Descriptor descriptor) {
    /** A blob as it is, whatever its media type was called before. */
    static DescribedLayer of(LayerBlob blob, String mediaType) {
      return new DescribedLayer(
          blob, Descriptor.of(mediaType, blob.digest(), blob.location().size()));
    }
  }

  /** An image with a manifest of ours over that configuration and those layers, lowest first. */
  static DistributableImage made(
      StoredDocument config,
      ImmutableSortedMap<String, String> annotations,
      List<DescribedLayer> layers) {
    byte[] manifest =
        new ManifestDocument(
                Descriptor.of(config.mediaType(), config.digest(), config.bytes().size()),
                layers.stream().map(DescribedLayer::descriptor).collect(toImmutableList()))
            .render(annotations);
    return new DistributableImage(
        StoredDocument.of(MediaType.MANIFEST, manifest),
        config,
        layers.stream().map(DescribedLayer::blob).collect(toImmutableList()));
  }

  private static void verifyLayers(Image image) throws ImageFormatException, IOException {
    Set<LayerBlob> verified = new HashSet<>();
    for (LayerBlob layer : image.layers()) {
      if (verified.add(layer)) {
        Digest actual = StoredBytes.digest(layer.location());
        if (!actual.equals(layer.digest())) {
          throw new ImageFormatException(
              image.source(),
              Kind.DIGEST_MISMATCH,
              "layer " + layer.digest(),
              "its " + layer.location().size() + " bytes have the digest " + actual);
        }
      }
    }
  }

  /** What a descriptor calls a layer that is stored so. */
  static String mediaType(Image image, StoredFormat format) throws ImageFormatException {
    return switch (format) {
      case PLAIN -> Compression.NONE.mediaType();
      case GZIP -> Compression.GZIP.mediaType();
      case ZSTD, ZSTD_SKIPPABLE -> Compression.ZSTD.mediaType();
      case XZ, BZIP2 ->
          throw new ImageFormatException(
              image.source(),
              Kind.UNSUPPORTED,
              "",
              "a layer compressed with " + format.spelling() + " cannot be in a registry");
    };
  }

  /**
   * A layer that is stored as a tar, compressed.
   *
   * @param spool takes it; the result refers to it
   */
  static LayerBlob compressed(LayerBlob layer, Compression compression, Path spool)
      throws IOException {
    Path blob = Files.createTempFile(spool, "layer-", ".blob");
    try (InputStream tar = layer.location().open();
        OutputStream out =
            LayerWriter.compressor(
                new BufferedOutputStream(FileOutput.open(blob, StandardOpenOption.WRITE)),
                compression)) {
      tar.transferTo(out);
    }
    FileContent.Slice location = new FileContent.Slice(blob, 0, Files.size(blob));
    return new LayerBlob(StoredBytes.digest(location), layer.diffId(), location);
  }
}
