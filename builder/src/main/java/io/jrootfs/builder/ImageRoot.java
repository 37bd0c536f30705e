package io.jrootfs.builder;

import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageKind;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.Closeable;
import java.io.IOException;
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
      return asItIs(image, ImageConfig.empty(wanted.platform()));
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      Image opened = ImageReader.open(image, wanted, spool.path());
      return unpacked(LayerFlattener.flatten(opened, spool.path()), opened.config());
    }
  }

  /**
   * The same of an image that was read already; no layer is read again.
   *
   * @param contents whose spool is still there
   * @throws ImageFormatException if it is no longer an image
   * @throws IOException if it cannot be unpacked
   */
  public static ImageRoot of(ImageContents contents) throws ImageFormatException, IOException {
    return ImageKind.of(contents.source()) == ImageKind.ROOTFS_DIRECTORY
        ? asItIs(contents.source(), contents.config())
        : unpacked(contents.rootfs(), contents.config());
  }

  private static ImageRoot asItIs(Path directory, ImageConfig config) throws IOException {
    return new ImageRoot(Sysroot.of(directory), config, Optional.empty());
  }

  private static ImageRoot unpacked(Rootfs rootfs, ImageConfig config) throws IOException {
    TemporaryDirectory temporary = TemporaryDirectory.make();
    boolean done = false;
    try {
      Path root = temporary.path().resolve("root");
      DirectoryWriter.write(
          rootfs, root, DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT));
      ImageRoot result = new ImageRoot(Sysroot.of(root), config, Optional.of(temporary));
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

  /**
   * Why no container would start as the user that the image names; empty if it would.
   *
   * @throws IOException if an account file of the image cannot be read
   */
  public Optional<String> userProblem() throws IOException {
    return ImageAccounts.problem(config.user(), sysroot);
  }

  @Override
  public void close() throws IOException {
    if (temporary.isPresent()) {
      temporary.get().close();
    }
  }
}
