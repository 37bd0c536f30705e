package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Opens whatever may hold an image: docker archive, OCI archive, both in one, image layout
 * directory, or the plain tar of a root filesystem; a tar may be compressed with gzip, xz or zstd.
 *
 * <p>Documents are verified against the digests that lead to them. Layers are only located; {@link
 * LayerFlattener} verifies them as it reads them.
 */
public final class ImageReader {
  private ImageReader() {}

  /**
   * Opens an image.
   *
   * <p>The tar of a root filesystem becomes an image of one layer with an empty configuration for
   * the machine that is wanted.
   *
   * @param image a file or a layout directory
   * @param wanted which image, if there are several
   * @param spool a directory that takes the decompressed form of a compressed tar; the image refers
   *     to it, and the caller removes it
   * @throws ImageFormatException if it is no image, a damaged one, or one that is not supported
   * @throws IOException if it cannot be read, or the spool cannot be written
   */
  public static Image open(Path image, ImageSelection wanted, Path spool)
      throws ImageFormatException, IOException {
    return open(image, wanted, spool, false);
  }

  /**
   * As {@link #open}, for those who copy the layers ({@link LayerCopies}) anyway: the plain tar of
   * a root filesystem is copied while its digest is taken, so that it need not be read once more.
   *
   * @throws ImageFormatException if it is no image, a damaged one, or one that is not supported
   * @throws IOException if it cannot be read, or the spool cannot be written
   */
  public static Image openToCopy(Path image, ImageSelection wanted, Path spool)
      throws ImageFormatException, IOException {
    return open(image, wanted, spool, true);
  }

  private static Image open(Path image, ImageSelection wanted, Path spool, boolean copies)
      throws ImageFormatException, IOException {
    if (Files.isDirectory(image)) {
      return layout(image, wanted);
    }
    FileContent.Slice tar = plainTar(image, spool);
    ArchiveFiles files = ArchiveFiles.read(image, tar);
    return switch (files.form()) {
      case OCI -> new OciImages(files, wanted).read();
      case DOCKER -> new DockerImages(files, wanted).read();
      case ROOTFS -> {
        wanted.acceptNameless(image);
        yield copies && !tar.file().startsWith(spool)
            ? rootfsToCopy(image, tar, spool, wanted.platform())
            : rootfs(image, tar, wanted.platform());
      }
    };
  }

  private static Image layout(Path directory, ImageSelection wanted)
      throws ImageFormatException, IOException {
    if (!LayoutFiles.isLayout(directory)) {
      throw new ImageFormatException(
          directory,
          Kind.NOT_AN_IMAGE,
          "",
          "a directory without the file '" + ImageFiles.OCI_LAYOUT + "' of an image layout");
    }
    return new OciImages(new LayoutFiles(directory), wanted).read();
  }

  private static FileContent.Slice plainTar(Path image, Path spool)
      throws ImageFormatException, IOException {
    FileContent.Slice stored = ImageKind.regularFile(image);
    StoredFormat format = ImageKind.supportedFormat(image, stored);
    if (format == StoredFormat.PLAIN) {
      return stored;
    }
    Path plain = Files.createTempFile(spool, "image-", ".tar");
    boolean done = false;
    try (FileOutput out = FileOutput.open(plain, StandardOpenOption.WRITE)) {
      Decompression passed = Decompression.pass(stored, format, out);
      if (!passed.failure().isEmpty()) {
        throw new ImageFormatException(
            image,
            Kind.MALFORMED,
            "",
            "cannot be decompressed as " + format.spelling() + ": " + passed.failure());
      }
      done = true;
    } finally {
      if (!done) {
        Files.delete(plain);
      }
    }
    return new FileContent.Slice(plain, 0, Files.size(plain));
  }

  private static Image rootfs(Path image, FileContent.Slice tar, Platform platform)
      throws IOException {
    return rootfs(image, tar, StoredBytes.digest(tar), platform);
  }

  private static Image rootfsToCopy(
      Path image, FileContent.Slice tar, Path spool, Platform platform) throws IOException {
    Path copy = Files.createTempFile(spool, "layer-", ".tar");
    boolean done = false;
    try (FileOutput out = FileOutput.open(copy, StandardOpenOption.WRITE)) {
      Digest digest = StoredBytes.copy(tar, out);
      done = true;
      return rootfs(image, new FileContent.Slice(copy, 0, tar.size()), digest, platform);
    } finally {
      if (!done) {
        Files.delete(copy);
      }
    }
  }

  /** Nobody has said what a tree is for, so what is asked for counts. */
  private static Image rootfs(Path image, FileContent.Slice tar, Digest digest, Platform platform) {
    return new Image(
        image, ImageConfig.empty(platform), ImmutableList.of(new LayerBlob(digest, digest, tar)));
  }
}
