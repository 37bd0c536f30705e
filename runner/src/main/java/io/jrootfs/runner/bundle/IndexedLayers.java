package io.jrootfs.runner.bundle;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.LayerCopies;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.image.UnkeptRecords;
import io.jrootfs.builder.image.UnpackedLayer;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.runner.erofs.ErofsIndex;
import io.jrootfs.runner.erofs.IndexException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image that is not unpacked: its layers as tars, an index of them, and the accounts that cannot
 * be read out of it without mounting it.
 *
 * <p>The tars are copies, also of layers that the image holds uncompressed, unless the user wants
 * them {@linkplain #inPlace in place}. An image is a file that its owner may write to at any time,
 * as {@code docker save >image.tar} does, and what is mounted would change under the programs that
 * run from it. A copy of bytes that are read anyway, to verify them, costs a fraction of unpacking
 * them.
 *
 * @param rootfs what the layers add up to
 * @param unkept what it has not of what they say
 * @param tars in the order that an index counts them
 * @param accounts of {@code rootfs}
 * @param outcome whether there is an index
 */
record IndexedLayers(
    Rootfs rootfs,
    UnkeptRecords unkept,
    ImmutableList<Path> tars,
    AccountFiles accounts,
    Outcome outcome) {
  /** Names in a bundle's directory. */
  static final String INDEX = "index";

  static final String LAYERS = "layers";
  private static final String PASSWD = "passwd";
  private static final String GROUP = "group";

  /** The launcher mounts no more (layers.c). */
  private static final int MAX_LAYERS = 256;

  /**
   * Copies and indexes the layers of an image, and verifies them meanwhile.
   *
   * @param bundle the bundle's directory; that of the layers in it holds nothing else but what was
   *     decompressed to open the image
   * @throws ImageFormatException if a layer is not what the image says, or not a layer
   * @throws BundleException if they hold something that cannot be run
   */
  static IndexedLayers make(Image image, Path bundle)
      throws ImageFormatException, BundleException, IOException {
    Path directory = bundle.resolve(LAYERS);
    try (LayerCopies copies = new LayerCopies(image, directory)) {
      try {
        return index(image.source(), copies.make(), bundle);
      } finally {
        // Even if they make no sense: that they are not those of the image is the better diagnosis.
        copies.verify();
      }
    }
  }

  private static IndexedLayers index(Path image, ImmutableList<UnpackedLayer> unpacked, Path bundle)
      throws ImageFormatException, BundleException, IOException {
    List<Path> copies = new ArrayList<>();
    ImmutableList.Builder<UnpackedLayer> layers = ImmutableList.builder();
    for (UnpackedLayer layer : unpacked) {
      if (!copies.contains(layer.tar().file())) {
        copies.add(layer.tar().file());
      }
    }
    removeOthers(bundle.resolve(LAYERS), copies);
    ImmutableList<Path> tars = names(bundle.resolve(LAYERS), copies.size());
    for (int i = 0; i < tars.size(); i++) {
      Files.move(copies.get(i), tars.get(i));
    }
    for (UnpackedLayer layer : unpacked) {
      FileContent.Slice tar = layer.tar();
      Path moved = tars.get(copies.indexOf(tar.file()));
      layers.add(
          new UnpackedLayer(layer.blob(), new FileContent.Slice(moved, tar.offset(), tar.size())));
    }
    return of(image, layers.build(), tars, bundle);
  }

  /**
   * The layers of an image where they are, which nobody has verified.
   *
   * @param file the image's own, an archive
   * @param bundle the bundle's directory
   * @throws ImageFormatException if they are not all there, uncompressed
   * @throws BundleException if they hold something that cannot be run
   */
  static IndexedLayers inPlace(Image image, Path file, Path bundle)
      throws ImageFormatException, BundleException, IOException {
    return of(image.source(), LayerFlattener.inPlace(image), ImmutableList.of(file), bundle);
  }

  /**
   * The accounts that the same would have, without an index.
   *
   * @throws ImageFormatException likewise
   * @throws BundleException likewise
   */
  static AccountFiles accountsInPlace(Image image)
      throws ImageFormatException, BundleException, IOException {
    ImmutableList<UnpackedLayer> layers = LayerFlattener.inPlace(image);
    return AccountFiles.read(
        ImageTree.of(LayerFlattener.stack(image.source(), layers, new UnkeptRecords())));
  }

  private static IndexedLayers of(
      Path image, ImmutableList<UnpackedLayer> layers, ImmutableList<Path> tars, Path bundle)
      throws ImageFormatException, BundleException, IOException {
    UnkeptRecords unkept = new UnkeptRecords();
    Rootfs rootfs = LayerFlattener.stack(image, layers, unkept);
    return new IndexedLayers(
        rootfs,
        unkept,
        tars,
        AccountFiles.read(ImageTree.of(rootfs)),
        write(rootfs, tars, bundle.resolve(INDEX)));
  }

  private static void removeOthers(Path directory, List<Path> kept) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!kept.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private static ImmutableList<Path> names(Path directory, int count) {
    ImmutableList.Builder<Path> names = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      names.add(directory.resolve(Integer.toString(i)));
    }
    return names.build();
  }

  /** How a writing went. */
  sealed interface Outcome {
    /**
     * It is there.
     *
     * @param omissions what it has not of the image
     */
    record Written(ImmutableList<DirectoryWriter.Omission> omissions) implements Outcome {}

    /** It cannot be used. */
    record Refused(String why) implements Outcome {}
  }

  private static Outcome write(Rootfs rootfs, ImmutableList<Path> tars, Path index)
      throws IOException {
    if (tars.size() > MAX_LAYERS) {
      return new Outcome.Refused("it has more than " + MAX_LAYERS + " layers");
    }
    try {
      return new Outcome.Written(ErofsIndex.write(rootfs, tars, index));
    } catch (IndexException e) {
      return new Outcome.Refused("an index cannot hold " + e.reason());
    }
  }

  /**
   * Tries whether the index can be mounted, and writes the accounts beside it.
   *
   * @param bundle the bundle's directory
   */
  Outcome complete(Path bundle, IndexMounts mounts) throws IOException {
    if (outcome instanceof Outcome.Refused) {
      return outcome;
    }
    Optional<String> refusal = mounts.refusal(bundle.resolve(INDEX), tars);
    if (refusal.isPresent()) {
      return new Outcome.Refused("the kernel does not mount it here: " + refusal.get());
    }
    Files.writeString(bundle.resolve(PASSWD), accounts.passwd());
    Files.writeString(bundle.resolve(GROUP), accounts.group());
    return outcome;
  }

  /** The accounts that were written beside an index. */
  static AccountFiles accountsOf(Path bundle) throws IOException {
    return new AccountFiles(
        Files.readString(bundle.resolve(PASSWD)), Files.readString(bundle.resolve(GROUP)));
  }

  /** The tars of an index, as they are counted. */
  static ImmutableList<Path> tarsOf(Path bundle) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(bundle.resolve(LAYERS))) {
      return names(bundle.resolve(LAYERS), ImmutableList.copyOf(files).size());
    }
  }

  /** The tars that an index of an image has that is still to be made. */
  static ImmutableList<Path> expectedTars(Path bundle, ImageIndex.Known known) {
    return names(
        bundle.resolve(LAYERS),
        known.diffIds().stream().distinct().collect(toImmutableList()).size());
  }
}
