package io.jrootfs.builder;

import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageKind;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The root filesystem of any image, to look into: a directory as it is, everything else unpacked
 * into a temporary directory, without devices, for as long as this is open.
 */
public final class ImageRoot implements Closeable {
  private final Sysroot sysroot;
  private final ImageConfig config;
  private final Optional<TemporaryDirectory> temporary;

  private ImageRoot(Sysroot sysroot, ImageConfig config, Optional<TemporaryDirectory> temporary) {
    this.sysroot = sysroot;
    this.config = config;
    this.temporary = temporary;
  }

  /**
   * Opens an image.
   *
   * @param image an archive, a layout directory, the tar of a root filesystem, or a directory that
   *     is one
   * @param wanted which image, if there are several
   * @throws ImageFormatException if it is no image, a damaged one, or another than was wanted
   * @throws IOException if it cannot be read or unpacked
   */
  public static ImageRoot open(Path image, ImageSelection wanted)
      throws ImageFormatException, IOException {
    if (ImageKind.of(image) == ImageKind.ROOTFS_DIRECTORY) {
      wanted.acceptNameless(image);
      return new ImageRoot(
          Sysroot.of(image), ImageConfig.empty(wanted.platform()), Optional.empty());
    }
    TemporaryDirectory temporary = TemporaryDirectory.make();
    boolean done = false;
    try {
      Path spool = Files.createDirectory(temporary.path().resolve("spool"));
      Path root = temporary.path().resolve("root");
      Image opened = ImageReader.open(image, wanted, spool);
      DirectoryWriter.write(
          LayerFlattener.flatten(opened, spool),
          root,
          DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT));
      ImageRoot result = new ImageRoot(Sysroot.of(root), opened.config(), Optional.of(temporary));
      done = true;
      return result;
    } finally {
      if (!done) {
        temporary.close();
      }
    }
  }

  /** The tree. */
  public Sysroot sysroot() {
    return sysroot;
  }

  /** How the image says it is run; a directory says nothing. */
  public ImageConfig config() {
    return config;
  }

  @Override
  public void close() throws IOException {
    if (temporary.isPresent()) {
      temporary.get().close();
    }
  }
}
