package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.image.UnkeptRecords;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Rootfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes bundles in one place, and finds those that are there.
 *
 * <p>Nothing waits for a lock. Whoever needs a bundle that is not there makes it beside and renames
 * it; of several who do so at once one wins, and the others use its.
 */
final class BundleMaker {
  /**
   * Stored bytes. Less is unpacked as quickly as it is copied, and each start from a directory is a
   * fifth shorter than one that mounts an index, and shares pages with the others.
   */
  private static final long LEAST_TO_MOUNT = 16L << 20;

  private final CacheLayout layout;
  private final Preparation preparation;
  private final CachedBundles bundles;
  private final ImageIndex index;

  BundleMaker(CacheLayout layout, Preparation preparation) {
    this.layout = layout;
    this.preparation = preparation;
    this.bundles =
        new CachedBundles(
            layout, preparation.owners(), preparation.unpacking(), preparation.mounts());
    this.index = new ImageIndex(layout.index(), preparation.wanted());
  }

  CachedBundles bundles() {
    return bundles;
  }

  /** Forgets which images hold what is no longer there. */
  void forgetRemoved() throws IOException {
    index.retain(bundles::has);
  }

  /** A directory that is a root filesystem, taken where it is. */
  Bundle ofDirectory(Path directory) throws ImageFormatException, IOException, BundleException {
    preparation.wanted().acceptNameless(directory);
    Path root = directory.toRealPath();
    return new Bundle(
        Hashing.sha256()
            .hashString(root.toString(), StandardCharsets.UTF_8)
            .toString()
            .substring(0, Bundle.NAME_LENGTH),
        root,
        ImmutableList.of(),
        Optional.empty(),
        Optional.empty(),
        layout.mountPoint(),
        Optional.empty(),
        ImageConfig.empty(preparation.wanted().platform()),
        AccountFiles.read(ImageTree.of(root)),
        ImmutableList.of());
  }

  /** The bundle of the image in a file of that identity. */
  Optional<Bundle> madeBefore(FileIdentity identity) throws IOException, BundleException {
    Optional<ImageIndex.Known> known = index.find(identity);
    return known.isEmpty() ? Optional.empty() : bundles.find(known.get());
  }

  /**
   * Makes the bundle of an image.
   *
   * @param identity of the file that decides what it holds
   */
  Bundle make(Path image, FileIdentity identity)
      throws ImageFormatException, BundleException, IOException {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(StagingArea.removeLeftovers(layout.bundles()));
    warnings.addAll(StagingArea.removeLeftovers(layout.index()));
    ImageIndex.Known known;
    try (StagingArea staging = StagingArea.create(layout.bundles())) {
      Path spool = Files.createDirectory(staging.directory().resolve(IndexedLayers.LAYERS));
      Image opened =
          isToBeMounted(image)
              ? ImageReader.openToCopy(image, preparation.wanted(), spool)
              : ImageReader.open(image, preparation.wanted(), spool);
      known = ImageIndex.Known.of(opened);
      if (bundles.find(known).isEmpty()) {
        Made made =
            isToBeMounted(image)
                ? makeToMount(opened, spool, staging.directory())
                : unpack(opened, spool, staging.directory());
        warnings.addAll(made.warnings());
        Files.createFile(staging.directory().resolve(CacheLayout.HELD));
        Files.writeString(
            staging.directory().resolve(CacheLayout.IMAGE),
            image.toAbsolutePath().normalize().toString());
        staging.publish(
            bundles.directory(
                made.isIndex() ? bundles.indexKey(known) : bundles.unpackedKey(known)));
      }
    }
    remember(image, identity, known).ifPresent(warnings::add);
    return bundles
        .find(known)
        .orElseThrow(
            () ->
                new FileSystemException(
                    layout.bundles().toString(),
                    null,
                    "somebody removed what was made there; start it again"))
        .withWarnings(warnings.build());
  }

  /**
   * Remembers what a file holds only if the file is certain to be what was read, now and whenever
   * it looks so. A container starts whether or not that can be written: then this is a warning.
   */
  private Optional<String> remember(Path image, FileIdentity identity, ImageIndex.Known known)
      throws IOException {
    if (!identity.isSettled(preparation.clock()) || !identity.equals(identityOf(image))) {
      return Optional.empty();
    }
    try {
      index.store(identity, known);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "the image will be read again the next time: cannot write into "
              + layout.index()
              + ": "
              + Reasons.of(e));
    }
  }

  static FileIdentity identityOf(Path image) throws IOException {
    return FileIdentity.of(BundleCache.decisiveFile(image));
  }

  /** What a bundle's directory holds now. */
  private record Made(boolean isIndex, ImmutableList<String> warnings) {}

  /** Whether an image is to be mounted by an index of its layers, if the kernel will have it. */
  boolean isToBeMounted(Path image) throws IOException {
    return bundles.mayBeMounted()
        && (preparation.unpacking() == Unpacking.NEVER
            || Files.isDirectory(image)
            || Files.size(image) >= LEAST_TO_MOUNT);
  }

  private Made makeToMount(Image opened, Path spool, Path directory)
      throws ImageFormatException, BundleException, IOException {
    IndexedLayers layers = IndexedLayers.make(opened, directory);
    IndexedLayers.Outcome outcome = layers.complete(directory, preparation.mounts());
    if (outcome instanceof IndexedLayers.Outcome.Written written) {
      return new Made(true, OmissionTalk.sentences(layers.unkept(), written.omissions()));
    }
    String why = ((IndexedLayers.Outcome.Refused) outcome).why();
    if (preparation.unpacking() == Unpacking.NEVER) {
      throw unmountable(opened.source(), why);
    }
    Files.writeString(directory.resolve(CacheLayout.REASON), why);
    return unpack(layers.rootfs(), layers.unkept(), spool, directory);
  }

  static BundleException unmountable(Path image, String why) {
    return new BundleException(
        "image '" + image + "'", "must not be unpacked, and cannot be mounted: " + why);
  }

  private Made unpack(Image opened, Path spool, Path directory)
      throws ImageFormatException, IOException {
    UnkeptRecords unkept = new UnkeptRecords();
    return unpack(LayerFlattener.flatten(opened, spool, unkept), unkept, spool, directory);
  }

  private Made unpack(Rootfs rootfs, UnkeptRecords unkept, Path spool, Path directory)
      throws IOException {
    ImmutableList<String> warnings =
        OmissionTalk.sentences(
            unkept, DirectoryWriter.write(rootfs, directory.resolve(CacheLayout.ROOT), options()));
    Files.deleteIfExists(directory.resolve(IndexedLayers.INDEX));
    MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    return new Made(false, warnings);
  }

  private DirectoryWriter.Options options() {
    OwnerMode owners = preparation.owners();
    return owners.setsOwners()
        ? new DirectoryWriter.Options(
            DirectoryWriter.Owners.KEEP,
            new DirectoryWriter.OwnerMap(owners.ids()::hostUid, owners.ids()::hostGid),
            DirectoryWriter.Forbidden.OMIT)
        : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT);
  }
}
