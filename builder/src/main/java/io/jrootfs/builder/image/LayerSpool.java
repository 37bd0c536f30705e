package io.jrootfs.builder.image;

import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Where compressed layers become tars that can be read at any offset, verified on the way. */
final class LayerSpool {
  private final Path image;
  private final Path directory;
  private final Map<LayerBlob, FileContent.Slice> verified = new HashMap<>();

  /**
   * @param image whose layers, for messages
   * @param directory takes the tars; the caller removes it
   */
  LayerSpool(Path image, Path directory) {
    this.image = image;
    this.directory = directory;
  }

  /**
   * The uncompressed tar of a layer: in place if it is stored so, otherwise in a new file of the
   * spool directory.
   *
   * @throws ImageFormatException if digest or diff ID are not those of the bytes
   * @throws IOException if the layer cannot be read or the spool file not written; it is removed
   */
  FileContent.Slice tarOf(LayerBlob layer) throws ImageFormatException, IOException {
    FileContent.Slice known = verified.get(layer);
    if (known == null) {
      StoredFormat format = StoredFormat.of(layer.location());
      known = format == StoredFormat.PLAIN ? inPlace(layer) : decompressed(layer, format);
      verified.put(layer, known);
    }
    return known;
  }

  /** Whether a layer is stored in an archive that was decompressed there. */
  boolean isSpooled(LayerBlob layer) {
    return layer.location().file().startsWith(directory);
  }

  /**
   * Whether its digest was taken of this very file, which nobody else writes to. Nothing in an
   * archive begins with its first byte: that is the tar of a root filesystem, which ImageReader has
   * just read.
   */
  boolean isVerified(LayerBlob layer) {
    return isSpooled(layer) && layer.location().offset() == 0;
  }

  private FileContent.Slice inPlace(LayerBlob layer) throws ImageFormatException, IOException {
    if (!isVerified(layer)) {
      verifyPlain(layer, StoredBytes.digest(layer.location()));
    }
    return layer.location();
  }

  private FileContent.Slice decompressed(LayerBlob layer, StoredFormat format)
      throws ImageFormatException, IOException {
    Path tar = Files.createTempFile(directory, "layer-", ".tar");
    boolean done = false;
    try (FileOutput out = FileOutput.open(tar, StandardOpenOption.WRITE)) {
      verify(layer, format, Decompression.pass(layer.location(), format, out));
      done = true;
    } finally {
      if (!done) {
        Files.delete(tar);
      }
    }
    return new FileContent.Slice(tar, 0, Files.size(tar));
  }

  /** Of a layer that is stored uncompressed. */
  void verifyPlain(LayerBlob layer, Digest digest) throws ImageFormatException {
    verify(layer, StoredFormat.PLAIN, new Decompression(digest, digest, ""));
  }

  private void verify(LayerBlob layer, StoredFormat format, Decompression passed)
      throws ImageFormatException {
    String subject = "layer " + layer.digest();
    if (!passed.stored().equals(layer.digest())) {
      throw new ImageFormatException(
          image,
          Kind.DIGEST_MISMATCH,
          subject,
          "its " + layer.location().size() + " bytes have the digest " + passed.stored());
    }
    if (!passed.failure().isEmpty()) {
      throw new ImageFormatException(
          image,
          Kind.MALFORMED,
          subject,
          "cannot be decompressed as " + format.spelling() + ": " + passed.failure());
    }
    if (!passed.plain().equals(layer.diffId())) {
      throw new ImageFormatException(
          image,
          Kind.DIGEST_MISMATCH,
          subject,
          "the configuration says its diff ID is "
              + layer.diffId()
              + ", its uncompressed bytes have "
              + passed.plain());
    }
  }
}
