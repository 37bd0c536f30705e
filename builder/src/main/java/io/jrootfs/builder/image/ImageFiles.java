package io.jrootfs.builder.image;

import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** The files of an image by name, be they members of an archive or files of a layout directory. */
interface ImageFiles {
  String OCI_LAYOUT = "oci-layout";
  String INDEX = "index.json";
  String DOCKER_MANIFEST = "manifest.json";

  /** The archive or layout as the user knows it, for messages. */
  Path image();

  /**
   * Where a file's bytes are; empty if there is no regular file of that name.
   *
   * @param name relative, components separated by a slash
   * @throws ImageFormatException if the name would lead outside the image
   */
  Optional<FileContent.Slice> find(String name) throws ImageFormatException, IOException;

  static String blobName(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  /** A file that must be there. */
  default FileContent.Slice get(String name) throws ImageFormatException, IOException {
    Optional<FileContent.Slice> file = find(name);
    if (file.isEmpty()) {
      throw new ImageFormatException(image(), Kind.MISSING, name, "is referred to but missing");
    }
    return file.get();
  }

  /** The bytes of a JSON document. */
  default byte[] document(String name) throws ImageFormatException, IOException {
    return document(name, get(name));
  }

  private byte[] document(String name, FileContent.Slice file)
      throws ImageFormatException, IOException {
    if (file.size() > JsonDocument.MAX_SIZE) {
      throw new ImageFormatException(
          image(),
          Kind.MALFORMED,
          name,
          "has " + file.size() + " bytes, a document may have " + JsonDocument.MAX_SIZE);
    }
    try (InputStream in = file.open()) {
      return in.readAllBytes();
    }
  }

  /** A blob's place; it has the right size, but its digest is still to be verified. */
  default FileContent.Slice blob(Descriptor descriptor) throws ImageFormatException, IOException {
    FileContent.Slice file = get(blobName(descriptor.digest()));
    if (file.size() != descriptor.size()) {
      throw new ImageFormatException(
          image(),
          Kind.SIZE_MISMATCH,
          blobName(descriptor.digest()),
          "has " + file.size() + " bytes, its descriptor says " + descriptor.size());
    }
    return file;
  }

  /** The bytes of a document that is a blob, verified. */
  default byte[] blobDocument(Descriptor descriptor) throws ImageFormatException, IOException {
    String name = blobName(descriptor.digest());
    byte[] bytes = document(name, blob(descriptor));
    verify(name, descriptor.digest(), bytes);
    return bytes;
  }

  /** A document that is a blob, verified. */
  default JsonDocument parseBlob(Descriptor descriptor) throws ImageFormatException, IOException {
    return JsonDocument.parse(image(), blobName(descriptor.digest()), blobDocument(descriptor));
  }

  /** Fails unless {@code bytes} have the digest they are expected to have. */
  default void verify(String name, Digest expected, byte[] bytes) throws ImageFormatException {
    Digest actual = Digest.of(bytes);
    if (!actual.equals(expected)) {
      throw new ImageFormatException(
          image(),
          Kind.DIGEST_MISMATCH,
          name,
          "expected digest " + expected + ", its " + bytes.length + " bytes have " + actual);
    }
  }
}
