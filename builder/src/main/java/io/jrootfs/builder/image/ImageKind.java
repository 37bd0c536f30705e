package io.jrootfs.builder.image;

import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a path that is said to be an image is, told by its content, never by its name. */
public enum ImageKind {
  /** A docker archive, an OCI archive, or both in one. */
  ARCHIVE,
  /** An OCI image layout directory. */
  LAYOUT,
  /** The tar of a root filesystem. */
  ROOTFS_TAR,
  /** Either of the two, compressed; which one shows only when it is decompressed. */
  COMPRESSED_TAR,
  /** A directory to be taken as a root filesystem as it is. */
  ROOTFS_DIRECTORY;

  /**
   * Looks at {@code path}. Of a tar only the headers are read.
   *
   * @throws ImageFormatException if it is none of these, with the reason
   * @throws IOException if it does not exist or cannot be read
   */
  public static ImageKind of(Path path) throws ImageFormatException, IOException {
    if (Files.isDirectory(path)) {
      return ofDirectory(path);
    }
    FileContent.Slice file = regularFile(path);
    if (supportedFormat(path, file) != StoredFormat.PLAIN) {
      return COMPRESSED_TAR;
    }
    return ArchiveFiles.read(path, file).form() == ArchiveFiles.Form.ROOTFS ? ROOTFS_TAR : ARCHIVE;
  }

  /** All of a file that can be a tar; links to it are resolved. */
  static FileContent.Slice regularFile(Path path) throws ImageFormatException, IOException {
    if (!Files.exists(path)) {
      throw missing(path);
    }
    if (!Files.isRegularFile(path)) {
      throw notAnImage(path, "neither a file nor a directory");
    }
    if (Files.size(path) == 0) {
      throw notAnImage(path, "an empty file");
    }
    return new FileContent.Slice(path.toRealPath(), 0, Files.size(path));
  }

  private static NoSuchFileException missing(Path path) {
    String name = path.toString();
    return ImageReference.looksRemote(name)
        ? new NoSuchFileException(
            name,
            null,
            "no such file or directory; an image in a registry is fetched first, with 'jbuild pull "
                + name
                + " -o FILE'")
        : new NoSuchFileException(name);
  }

  static StoredFormat supportedFormat(Path path, FileContent.Slice file)
      throws ImageFormatException, IOException {
    StoredFormat format = StoredFormat.of(file);
    if (format == StoredFormat.BZIP2) {
      throw new ImageFormatException(
          path, Kind.UNSUPPORTED, "", "compressed with bzip2; use gzip, xz or zstd");
    }
    return format;
  }

  private static ImageKind ofDirectory(Path directory) throws ImageFormatException, IOException {
    if (LayoutFiles.isLayout(directory)) {
      return LAYOUT;
    }
    try (Stream<Path> content = Files.list(directory)) {
      if (content.findAny().isEmpty()) {
        throw notAnImage(directory, "an empty directory");
      }
    }
    if (Files.exists(directory.resolve("blobs")) && Files.exists(directory.resolve("index.json"))) {
      throw notAnImage(directory, "an image layout whose file 'oci-layout' is missing");
    }
    return ROOTFS_DIRECTORY;
  }

  private static ImageFormatException notAnImage(Path path, String what) {
    return new ImageFormatException(path, Kind.NOT_AN_IMAGE, "", what);
  }
}
