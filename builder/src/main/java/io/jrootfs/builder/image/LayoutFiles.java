package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image layout directory (image-spec image-layout.md).
 *
 * @param image the directory
 */
record LayoutFiles(Path image) implements ImageFiles {
  /** Whether a directory says that it is one. */
  static boolean isLayout(Path directory) {
    return Files.isRegularFile(directory.resolve(OCI_LAYOUT));
  }

  /**
   * Names asked of a layout are constants or made of a digest's digits, so none leads outside. Its
   * files may be links: stores that share blobs between layouts use them.
   */
  @Override
  public Optional<FileContent.Slice> find(String name) throws IOException {
    Path file = image.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Path real = file.toRealPath();
    return Optional.of(new FileContent.Slice(real, 0, Files.size(real)));
  }
}
