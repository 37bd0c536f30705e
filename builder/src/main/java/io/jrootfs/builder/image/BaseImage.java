package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.WithMetadata;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An image that others are made of. Its layers stay byte for byte what they are, so a registry that
 * has them need not get them again.
 */
public final class BaseImage implements Base {
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

  private final Image image;
  private final ImageDocuments documents;
  private final Optional<ImageReference> name;
  private final Rootfs tree;
  private final UnkeptRecords unkept;
  private final TemporaryDirectory spool;

  private BaseImage(
      Image image,
      ImageDocuments documents,
      Optional<ImageReference> name,
      Rootfs tree,
      UnkeptRecords unkept,
      TemporaryDirectory spool) {
    this.image = image;
    this.documents = documents;
    this.name = name;
    this.tree = tree;
    this.unkept = unkept;
    this.spool = spool;
  }

  /**
   * Verifies and stacks the layers of an image. The tar of a root filesystem becomes an image of
   * one layer.
   *
   * @param name where it comes from; without one, the first full name that the image has
   * @param spool takes what has to be unpacked; the result owns it, unless there is none
   * @throws ImageFormatException if it is damaged, or a registry could not hold one of its layers
   * @throws IOException if it cannot be read, or the spool not be written
   */
  public static BaseImage of(Image image, Optional<ImageReference> name, TemporaryDirectory spool)
      throws ImageFormatException, IOException {
    for (LayerBlob layer : image.layers()) {
      DistributableImage.mediaType(image, StoredFormat.of(layer.location()));
    }
    UnkeptRecords unkept = new UnkeptRecords();
    Rootfs tree = LayerFlattener.flatten(image, spool.path(), unkept);
    ImageDocuments documents = image.documents().orElseGet(() -> documentsFor(image));
    return new BaseImage(image, documents, name.or(() -> ownName(documents)), tree, unkept, spool);
  }

  private static ImageDocuments documentsFor(Image image) {
    byte[] config =
        ConfigDocument.describe(
            image.config(), image.layers().stream().map(LayerBlob::diffId).toList());
    return new ImageDocuments(
        ImmutableList.of(), StoredDocument.of(MediaType.CONFIG, config), Optional.empty());
  }

  private static Optional<ImageReference> ownName(ImageDocuments documents) {
    return ImageOrigins.full(documents.names()).stream().findFirst();
  }

  /** Whether nobody has said what machine it is for: it is the tar of a root filesystem. */
  public boolean isOfNoMachine() {
    return image.documents().isEmpty();
  }

  /** What the layers add up to. */
  @Override
  public Rootfs rootfs() {
    return tree;
  }

  /**
   * What its layers say of files and {@link #rootfs} has not, as far as that is lost in a tree that
   * was made of it.
   *
   * @param made has files of the base where their content is the same
   * @param areLayersKept whether what is not changed stays in the layers of the base
   */
  public Omissions lostIn(Rootfs made, boolean areLayersKept) {
    return unkept.of(
        path -> {
          RootfsEntry before = tree.get(path).orElseThrow();
          return made.get(path)
              .filter(after -> !areLayersKept || !after.equals(before))
              .map(after -> after.match(new WithMetadata(before.metadata())).equals(before))
              .orElse(false);
        });
  }

  /** How it is run. */
  @Override
  public ImageConfig config() {
    return image.config();
  }

  @Override
  public String title() {
    return "the image " + (name.isPresent() ? name.get() : image.source());
  }

  /** The failure that is told of what is wrong in its tree. */
  public ImageFormatException malformed(String reason) {
    return new ImageFormatException(
        image.source(), ImageFormatException.Kind.MALFORMED, "", reason);
  }

  /** Where a file lies says nothing about the image; without a name its digest does. */
  @Override
  public String option() {
    return "--from " + (name.isPresent() ? name.get() : digest());
  }

  @Override
  public ImageReference name() {
    String path = name.map(ImageReference::path).orElse("rootfs");
    return ImageReference.forUnnamed(path.substring(path.lastIndexOf('/') + 1));
  }

  @Override
  public Sysroot unpacked() throws IOException {
    Path directory = spool.path().resolve("tree");
    if (!Files.exists(directory)) {
      DirectoryWriter.write(
          tree, directory, DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT));
    }
    return Sysroot.of(directory);
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }

  /** What identifies it: the manifest's digest, or the configuration's where there is none. */
  public Digest digest() {
    return documents.manifest().orElse(documents.config()).digest();
  }

  /**
   * The image with layers on top and another configuration; without either it is the same image.
   *
   * @param config how to run the result
   * @param annotations of the manifest; those that name the base are put beside them
   * @param made when and how the result is made
   * @param added lowest first
   * @param compression of the one layer that the tar of a root filesystem becomes
   * @throws ImageFormatException if a document of the base is damaged
   * @throws IOException if a layer cannot be read, or the spool not be written
   */
  public DistributableImage with(
      ImageConfig config,
      ImmutableSortedMap<String, String> annotations,
      Provenance made,
      ImmutableList<WrittenLayer> added,
      Compression compression)
      throws ImageFormatException, IOException {
    boolean isSame = added.isEmpty() && annotations.isEmpty() && config.equals(image.config());
    Optional<StoredDocument> manifest = documents.manifest();
    if (isSame && manifest.isPresent()) {
      return new DistributableImage(manifest.get(), documents.config(), image.layers());
    }
    byte[] document =
        isSame
            ? documents.config().bytes().toByteArray()
            : ConfigDocument.derive(parsedConfig(), config, made, added);
    ImmutableList.Builder<DistributableImage.DescribedLayer> layers = ImmutableList.builder();
    for (LayerBlob found : image.layers()) {
      LayerBlob layer =
          isOfNoMachine() && compression != Compression.NONE
              ? DistributableImage.compressed(found, compression, spool.path())
              : found;
      layers.add(
          DistributableImage.DescribedLayer.of(
              layer, DistributableImage.mediaType(image, StoredFormat.of(layer.location()))));
    }
    added.forEach(layer -> layers.add(layer.described()));
    return DistributableImage.made(
        StoredDocument.of(MediaType.CONFIG, document),
        isSame ? ImmutableSortedMap.of() : annotated(annotations),
        layers.build());
  }

  private JsonDocument parsedConfig() throws ImageFormatException {
    return JsonDocument.parse(
        image.source(),
        "configuration " + documents.config().digest(),
        documents.config().bytes().toByteArray());
  }

  private ImmutableSortedMap<String, String> annotated(Map<String, String> annotations) {
    TreeMap<String, String> all = new TreeMap<>();
    name.ifPresent(it -> all.put(ImageOrigins.BASE_NAME, it.toString()));
    documents.manifest().ifPresent(it -> all.put(BASE_DIGEST, it.digest().toString()));
    all.putAll(annotations);
    return ImmutableSortedMap.copyOf(all);
  }
}
