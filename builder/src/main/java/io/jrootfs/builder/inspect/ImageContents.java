package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageDetails;
import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageKind;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.image.UnkeptRecords;
import io.jrootfs.builder.image.UnpackedLayer;
import io.jrootfs.builder.rootfs.DirectoryReader;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All there is to know of an image, or of a root filesystem without a configuration.
 *
 * @param source as it was named to us
 * @param documents what describes it; absent from a plain root filesystem
 * @param details what its configuration says, if it has one
 * @param config how it is run; a root filesystem says nothing
 * @param layers lowest first; a directory has none
 * @param rootfs what the layers add up to
 * @param packages name to version, of what a package manager recorded in it
 */
public record ImageContents(
    Path source,
    Optional<ImageDocuments> documents,
    Optional<ImageDetails> details,
    ImageConfig config,
    ImmutableList<UnpackedLayer> layers,
    Rootfs rootfs,
    ImmutableSortedMap<String, String> packages) {

  /**
   * Reads and verifies everything.
   *
   * @param path whatever {@link ImageReader} reads, or a directory that is a root filesystem
   * @param spool a directory that takes what is decompressed; the contents refer to it
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws UncopyableFileException if a directory holds what no image can
   * @throws IOException if it cannot be read
   */
  public static ImageContents read(Path path, ImageSelection wanted, Path spool)
      throws IOException, ImageFormatException, UncopyableFileException {
    if (ImageKind.of(path) == ImageKind.ROOTFS_DIRECTORY) {
      wanted.acceptNameless(path);
      Rootfs rootfs = DirectoryReader.read(path);
      return new ImageContents(
          path,
          Optional.empty(),
          Optional.empty(),
          ImageConfig.empty(wanted.platform()),
          ImmutableList.of(),
          rootfs,
          InstalledPackages.of(rootfs));
    }
    Image image = ImageReader.open(path, wanted, spool);
    Optional<ImageDetails> details = Optional.empty();
    if (image.documents().isPresent()) {
      details = Optional.of(ImageDetails.of(path, image.documents().get().config()));
    }
    ImmutableList<UnpackedLayer> layers = LayerFlattener.unpack(image, spool);
    Rootfs rootfs = LayerFlattener.stack(path, layers, new UnkeptRecords());
    return new ImageContents(
        path,
        image.documents(),
        details,
        image.config(),
        layers,
        rootfs,
        InstalledPackages.of(rootfs));
  }
}
