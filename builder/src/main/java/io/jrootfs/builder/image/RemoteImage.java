package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads an image that is somewhere else, and brings here what belongs to it and nothing else. */
public final class RemoteImage {
  private RemoteImage() {}

  /**
   * Fetches the image with its layers. All digests are verified, those of layers when their bytes
   * pass {@link LayerFlattener}, or {@link DistributableImage}.
   *
   * @param name what to call it in messages
   * @param top the manifest, or an image index
   * @param wanted which image, if it is an index
   * @param spool a directory that takes the blobs; the image refers to it, and the caller removes
   *     it
   * @throws ImageFormatException if it is no image, a damaged one, or one that is not supported
   * @throws IOException if a part cannot be had, or the spool not be written
   */
  public static Image fetch(
      String name, StoredDocument top, BlobFetcher fetcher, ImageSelection wanted, Path spool)
      throws ImageFormatException, IOException {
    Descriptor descriptor = Descriptor.of(top.mediaType(), top.digest(), top.bytes().size());
    return new OciImages(new FetchedFiles(Path.of(name), top, fetcher, spool), wanted)
        .readFrom(descriptor);
  }

  /** The media type a document gives itself, or the one it was sent with. */
  public static StoredDocument document(String name, byte[] bytes, String sentAs)
      throws ImageFormatException {
    String own = JsonDocument.parse(Path.of(name), "manifest", bytes).text("mediaType");
    return StoredDocument.of(own.isEmpty() ? sentAs : own, bytes);
  }

  private record FetchedFiles(Path image, StoredDocument top, BlobFetcher fetcher, Path spool)
      implements ImageFiles {

    /** Nothing is known by a name here. */
    @Override
    public Optional<FileContent.Slice> find(String name) {
      return Optional.empty();
    }

    @Override
    public FileContent.Slice blob(Descriptor descriptor) throws IOException {
      Path file = spool.resolve(descriptor.digest().hex());
      if (!Files.exists(file)) {
        try (OutputStream out =
            FileOutput.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          fetch(descriptor, out);
        }
      }
      return new FileContent.Slice(file, 0, Files.size(file));
    }

    private void fetch(Descriptor descriptor, OutputStream out) throws IOException {
      if (descriptor.digest().equals(top.digest())) {
        out.write(top.bytes().toByteArray());
      } else if (MediaType.isManifest(descriptor.mediaType())
          || MediaType.isIndex(descriptor.mediaType())) {
        out.write(fetcher.manifest(descriptor.digest()));
      } else {
        fetcher.blob(descriptor.digest(), descriptor.size(), out);
      }
    }
  }
}
