package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.tar.TarFormatException;
import io.jrootfs.builder.tar.TarMember;
import io.jrootfs.builder.tar.TarReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Stacks the layers of an image into the one rootfs they stand for, without unpacking: the files of
 * the rootfs are slices of the layers.
 */
public final class LayerFlattener {
  private LayerFlattener() {}

  /**
   * Verifies and stacks the layers of {@code image}.
   *
   * <p>Compressed layers are decompressed into the spool: a layer may have any size that the disk
   * has room for, and nothing else of it is kept in memory or on disk.
   *
   * @param spool a directory that takes decompressed layers; the rootfs refers to them, and the
   *     caller removes it
   * @throws ImageFormatException if a layer has not the digest or diff ID it should have, is no
   *     tar, or cannot be applied to those below
   * @throws IOException if the image cannot be read or the spool not be written
   */
  public static Rootfs flatten(Image image, Path spool) throws ImageFormatException, IOException {
    return flatten(image, spool, new UnkeptRecords());
  }

  /**
   * The same for who writes the rootfs.
   *
   * @param unkept takes what it has not of what the layers say
   * @throws ImageFormatException as above
   * @throws IOException as above
   */
  public static Rootfs flatten(Image image, Path spool, UnkeptRecords unkept)
      throws ImageFormatException, IOException {
    return stack(image.source(), unpack(image, spool), unkept);
  }

  /**
   * The first half of {@link #flatten}: verifies the layers and locates their tars.
   *
   * @throws ImageFormatException if a layer has not the digest or diff ID it should have
   * @throws IOException if the image cannot be read or the spool not be written
   */
  public static ImmutableList<UnpackedLayer> unpack(Image image, Path spool)
      throws ImageFormatException, IOException {
    LayerSpool tars = new LayerSpool(image.source(), spool);
    ImmutableList.Builder<UnpackedLayer> unpacked = ImmutableList.builder();
    for (LayerBlob layer : image.layers()) {
      unpacked.add(new UnpackedLayer(layer, tars.tarOf(layer)));
    }
    return unpacked.build();
  }

  /**
   * The layers where they are, for those who take the image's file for what it is: neither are they
   * read, nor are their digests looked at.
   *
   * @throws ImageFormatException if one is compressed, and so cannot be read at any offset
   * @throws IOException if the image cannot be read
   */
  public static ImmutableList<UnpackedLayer> inPlace(Image image)
      throws ImageFormatException, IOException {
    ImmutableList.Builder<UnpackedLayer> layers = ImmutableList.builder();
    for (LayerBlob layer : image.layers()) {
      StoredFormat format = StoredFormat.of(layer.location());
      if (format != StoredFormat.PLAIN) {
        throw new ImageFormatException(
            image.source(),
            Kind.UNSUPPORTED,
            "layer " + layer.digest(),
            "is compressed as "
                + format.spelling()
                + ", so it cannot be used where it is; layers of 'jbuild rootfs --compress none' can");
      }
      layers.add(new UnpackedLayer(layer, layer.location()));
    }
    return layers.build();
  }

  /**
   * The second half: what the layers, lowest first, add up to.
   *
   * @param image whose layers, for messages
   * @param unkept takes what the rootfs has not of what the layers say
   * @throws ImageFormatException if a layer is no tar, or cannot be applied to those below
   * @throws IOException if the layers cannot be read
   */
  public static Rootfs stack(Path image, ImmutableList<UnpackedLayer> layers, UnkeptRecords unkept)
      throws ImageFormatException, IOException {
    LayerStack stack = new LayerStack();
    for (UnpackedLayer layer : layers) {
      apply(image, "layer " + layer.blob().digest(), layer.tar(), stack);
    }
    return rootfs(image, stack, unkept);
  }

  /**
   * The rootfs that one tar stands for, which is not in an image and has no digest to verify.
   *
   * @param tar the rootfs refers to it; the caller removes it
   * @throws ImageFormatException if it is no tar, or its entries cannot stand in one file system
   * @throws IOException if it cannot be read
   */
  public static Rootfs tree(Path tar) throws ImageFormatException, IOException {
    LayerStack stack = new LayerStack();
    apply(tar, "", new FileContent.Slice(tar, 0, Files.size(tar)), stack);
    return rootfs(tar, stack, new UnkeptRecords());
  }

  private static Rootfs rootfs(Path image, LayerStack stack, UnkeptRecords unkept)
      throws ImageFormatException, IOException {
    try {
      return stack.toRootfs(unkept);
    } catch (LayerStack.ConflictException e) {
      throw new ImageFormatException(
          image, Kind.UNSUPPORTED, "", Objects.requireNonNull(e.getMessage()));
    }
  }

  private static void apply(Path image, String subject, FileContent.Slice tar, LayerStack stack)
      throws ImageFormatException, IOException {
    try {
      stack.beginLayer();
      for (TarMember member : TarReader.read(tar)) {
        applyMember(member, stack, image, subject);
      }
    } catch (TarFormatException e) {
      throw new ImageFormatException(
          image,
          Kind.MALFORMED,
          subject,
          "tar entry '" + e.name() + "' at byte " + e.offset() + ": " + e.reason());
    }
  }

  private static void applyMember(TarMember member, LayerStack stack, Path image, String subject)
      throws ImageFormatException {
    try {
      stack.apply(member);
    } catch (LayerStack.ConflictException e) {
      throw new ImageFormatException(
          image,
          Kind.MALFORMED,
          subject,
          "tar entry '" + member.name() + "' at byte " + member.offset() + ": " + e.getMessage());
    }
  }
}
