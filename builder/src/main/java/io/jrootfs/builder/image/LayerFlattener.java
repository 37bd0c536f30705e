package io.jrootfs.builder.image;

import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.tar.TarFormatException;
import io.jrootfs.builder.tar.TarMember;
import io.jrootfs.builder.tar.TarReader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Stacks the layers of an image into the one rootfs they stand for, without unpacking: the files of
 * the rootfs are slices of the layers.
 */
public final class LayerFlattener {
  private LayerFlattener() {}

  /**
   * Verifies and stacks the layers of {@code image}.
   *
   * <p>Compressed layers are decompressed into the spool, without a limit but the disk's: a layer
   * may have any size, and nothing else of it is kept in memory or on disk.
   *
   * @param spool a directory that takes decompressed layers; the rootfs refers to them, and the
   *     caller removes it
   * @throws ImageFormatException if a layer has not the digest or diff ID it should have, is no
   *     tar, or cannot be applied to those below
   * @throws IOException if the image cannot be read or the spool not be written
   */
  public static Rootfs flatten(Image image, Path spool) throws ImageFormatException, IOException {
    LayerSpool tars = new LayerSpool(spool);
    LayerStack stack = new LayerStack();
    for (LayerBlob layer : image.layers()) {
      apply(layer, tars.tarOf(layer), stack);
    }
    return stack.toRootfs();
  }

  private static void apply(LayerBlob layer, FileContent.Slice tar, LayerStack stack)
      throws ImageFormatException, IOException {
    Path file = layer.location().file();
    String subject = "layer " + layer.digest();
    try {
      stack.beginLayer();
      for (TarMember member : TarReader.read(tar)) {
        applyMember(member, stack, file, subject);
      }
    } catch (TarFormatException e) {
      throw new ImageFormatException(
          file,
          Kind.MALFORMED,
          subject,
          "tar entry '" + e.name() + "' at byte " + e.offset() + ": " + e.reason());
    }
  }

  private static void applyMember(TarMember member, LayerStack stack, Path file, String subject)
      throws ImageFormatException {
    try {
      stack.apply(member.entry());
    } catch (LayerStack.ConflictException e) {
      throw new ImageFormatException(
          file,
          Kind.MALFORMED,
          subject,
          "tar entry '" + member.name() + "' at byte " + member.offset() + ": " + e.getMessage());
    }
  }
}
