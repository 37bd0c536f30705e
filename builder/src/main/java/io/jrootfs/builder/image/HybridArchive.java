package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes an image as one archive that every tool reads: an OCI layout in a tar, and over the same
 * blobs the {@code manifest.json} of {@code docker save}; or with either of the two alone.
 *
 * <p>The layout's index carries the tag for skopeo and umoci and the full name for containerd and
 * podman; containerd imports nothing without it.
 */
public final class HybridArchive {
  private HybridArchive() {}

  /** Writes a hybrid archive without annotations. */
  public static WrittenImage write(
      ImageReference name,
      ImageConfig config,
      Provenance made,
      ImmutableList<WrittenLayer> layers,
      Path output)
      throws IOException {
    return write(name, config, ImmutableSortedMap.of(), made, layers, ArchiveForm.HYBRID, output);
  }

  /**
   * Writes the image to {@code output}, which appears complete or not at all. Equal arguments give
   * equal bytes.
   *
   * @param annotations of the manifest
   * @param layers lowest first; their blobs are copied
   * @param form which of the two forms, or both
   * @throws IOException if a blob cannot be read or the output cannot be written
   */
  public static WrittenImage write(
      ImageReference name,
      ImageConfig config,
      ImmutableSortedMap<String, String> annotations,
      Provenance made,
      ImmutableList<WrittenLayer> layers,
      ArchiveForm form,
      Path output)
      throws IOException {
    return write(
        name,
        config.platform(),
        DistributableImage.made(config, annotations, made, layers),
        made.created().getEpochSecond(),
        form,
        output);
  }

  /**
   * Writes an image that exists already, byte for byte, to {@code output}, which appears complete
   * or not at all.
   *
   * @param mtime of the archive's members: seconds since the epoch
   * @throws IOException if a blob cannot be read or the output cannot be written
   */
  public static WrittenImage write(
      ImageReference name,
      Platform platform,
      DistributableImage image,
      long mtime,
      ArchiveForm form,
      Path output)
      throws IOException {
    Map<String, FileContent> files = new TreeMap<>();
    putBlobs(files, image);
    if (form != ArchiveForm.DOCKER) {
      putLayout(files, top(name, Optional.of(platform), image.manifest()), image.manifest());
    }
    if (form != ArchiveForm.OCI) {
      files.put(ImageFiles.DOCKER_MANIFEST, literal(dockerManifest(name, image)));
    }
    write(files, mtime, output);
    return new WrittenImage(
        image.config().digest(), image.manifest().digest(), diffIds(image), output);
  }

  private static ImmutableList<Digest> diffIds(DistributableImage image) {
    return image.layers().stream().map(LayerBlob::diffId).collect(ImmutableList.toImmutableList());
  }

  /**
   * Writes images for several machines to {@code output}, which appears complete or not at all. The
   * layout's index leads to theirs, so that tools choose by machine; {@code docker load} and its
   * like get the image for this machine, or else the first.
   *
   * @param index of the images
   * @param images the same with their machines
   * @param mtime of the archive's members: seconds since the epoch
   * @param form not that of docker alone, which holds no index
   * @throws IOException if a blob cannot be read or the output cannot be written
   */
  public static WrittenImage write(
      ImageReference name,
      ImageIndex index,
      ImmutableList<ImageIndex.Entry> images,
      long mtime,
      ArchiveForm form,
      Path output)
      throws IOException {
    if (form == ArchiveForm.DOCKER) {
      throw new IllegalArgumentException("a docker archive with an index");
    }
    Map<String, FileContent> files = new TreeMap<>();
    for (ImageIndex.Entry entry : images) {
      putBlobs(files, entry.image());
      putDocument(files, entry.image().manifest());
    }
    putLayout(files, top(name, Optional.empty(), index.document()), index.document());
    Platform here = Platform.ofThisMachine();
    DistributableImage ours =
        images.stream()
            .filter(entry -> entry.platform().satisfies(here))
            .findFirst()
            .orElse(images.get(0))
            .image();
    if (form == ArchiveForm.HYBRID) {
      files.put(ImageFiles.DOCKER_MANIFEST, literal(dockerManifest(name, ours)));
    }
    write(files, mtime, output);
    return new WrittenImage(
        ours.config().digest(), index.document().digest(), diffIds(ours), output);
  }

  private static void putBlobs(Map<String, FileContent> files, DistributableImage image) {
    putDocument(files, image.config());
    for (LayerBlob layer : image.layers()) {
      files.put(ImageFiles.blobName(layer.digest()), layer.location());
    }
  }

  private static void putLayout(
      Map<String, FileContent> files, Descriptor top, StoredDocument document) {
    putDocument(files, document);
    files.put(
        ImageFiles.OCI_LAYOUT,
        literal("{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII)));
    files.put(ImageFiles.INDEX, literal(ManifestDocument.renderIndex(ImmutableList.of(top))));
  }

  private static void putDocument(Map<String, FileContent> files, StoredDocument document) {
    files.put(ImageFiles.blobName(document.digest()), new FileContent.Literal(document.bytes()));
  }

  private static Descriptor top(
      ImageReference name, Optional<Platform> platform, StoredDocument manifest) {
    return new Descriptor(
        manifest.mediaType(),
        manifest.digest(),
        manifest.bytes().size(),
        platform,
        ImmutableSortedMap.of(
            OciImages.REF_NAME, name.tag(), OciImages.CONTAINERD_NAME, name.toString()));
  }

  private static byte[] dockerManifest(ImageReference name, DistributableImage image) {
    return new DockerManifest(
            ImageFiles.blobName(image.config().digest()),
            ImmutableList.of(name.toString()),
            image.layers().stream()
                .map(layer -> ImageFiles.blobName(layer.digest()))
                .collect(ImmutableList.toImmutableList()))
        .render();
  }

  private static FileContent literal(byte[] bytes) {
    return new FileContent.Literal(Bytes.copyOf(bytes));
  }

  private static void write(Map<String, FileContent> files, long mtime, Path output)
      throws IOException {
    Metadata ofDirectories = Metadata.ofMode(0755).withMtime(mtime);
    ImmutableList.Builder<RootfsEntry> entries = ImmutableList.builder();
    for (String directory : ImmutableList.of("/", "/blobs", "/blobs/sha256")) {
      entries.add(new RootfsEntry.Directory(RootfsPath.of(directory), ofDirectories));
    }
    files.forEach(
        (name, content) ->
            entries.add(
                new RootfsEntry.RegularFile(
                    RootfsPath.of("/" + name), Metadata.ofMode(0644).withMtime(mtime), content)));
    try (PendingFile file = PendingFile.replacing(output)) {
      try (OutputStream tar = new BufferedOutputStream(file.stream(), 128 << 10)) {
        new TarWriter(mtime).write(Rootfs.of(entries.build()), tar);
      }
      file.commit();
    }
  }
}
