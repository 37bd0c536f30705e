package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageKind;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Rootfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Images made ready, each at a place named by what it holds: two images with the same layers share
 * one bundle, and a bundle that has its name is complete.
 *
 * <p>Where the kernel mounts it, a bundle is an index of the image's layers; otherwise they are
 * unpacked. Nothing waits for a lock. Whoever needs a bundle that is not there makes it beside and
 * renames it; of several who do so at once one wins, and the others use its.
 */
public final class BundleCache {
  /**
   * Stored bytes. Less is unpacked as quickly as it is copied, and each start from a directory is a
   * fifth shorter than one that mounts an index, and shares pages with the others.
   */
  private static final long LEAST_TO_MOUNT = 16L << 20;

  private static final String SMALL = "it is small, and starts faster so";

  private final CacheLayout layout;
  private final ImageIndex index;
  private final CachedBundles bundles;
  private final Clock clock;
  private final ImageSelection wanted;

  /** Told before something that may take long. */
  public interface Listener {
    /** The image is about to be read, and unpacked if need be. */
    void unpacking(Path image);
  }

  /**
   * @param directory created when first needed
   * @param owners how owners in an image become owners on disk
   * @param clock tells whether a file could still change without showing it
   */
  public BundleCache(Path directory, OwnerMode owners, Clock clock) {
    this(
        new CachedBundles(
            new CacheLayout(directory.toAbsolutePath().normalize()),
            owners,
            Unpacking.AUTO,
            IndexMounts.none("nobody looks whether it could be")),
        clock,
        ImageSelection.forThisMachine());
  }

  private BundleCache(CachedBundles bundles, Clock clock, ImageSelection wanted) {
    this.layout = bundles.layout();
    this.index = new ImageIndex(layout.index(), wanted);
    this.bundles = bundles;
    this.clock = clock;
    this.wanted = wanted;
  }

  /** The same cache, for those who want another image than the first one for this machine. */
  public BundleCache selecting(ImageSelection other) {
    return new BundleCache(bundles, clock, other);
  }

  /** The same cache, for those who can mount an index of layers. */
  public BundleCache mounting(Unpacking unpacking, IndexMounts mounts) {
    return new BundleCache(
        new CachedBundles(layout, bundles.owners(), unpacking, mounts), clock, wanted);
  }

  /**
   * The image's root and configuration, made ready if that was not done before. A directory that is
   * a root filesystem is taken where it is.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if it holds something that cannot be run
   * @throws IOException if it cannot be read, or the cache not be written; nothing is left behind
   */
  public Bundle open(Path image, Listener listener)
      throws ImageFormatException, BundleException, IOException {
    layout.create();
    if (isRootfsDirectory(image)) {
      return ofDirectory(image);
    }
    refuseUnmountable(image);
    FileIdentity identity = identityOf(image);
    Optional<Bundle> before = madeBefore(identity);
    if (before.isPresent()) {
      return before.get();
    }
    listener.unpacking(image);
    return make(image, identity);
  }

  /**
   * What {@link #open} would give, without changing anything on disk but for temporary files.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if it holds something that cannot be run
   * @throws IOException if it cannot be read
   */
  public Preview preview(Path image) throws ImageFormatException, BundleException, IOException {
    if (isRootfsDirectory(image)) {
      return preview(ofDirectory(image));
    }
    refuseUnmountable(image);
    Optional<Bundle> before = madeBefore(identityOf(image));
    if (before.isPresent()) {
      return preview(before.get());
    }
    Path spool = Files.createTempDirectory("jrun-");
    try {
      Image opened = ImageReader.open(image, wanted, spool);
      ImageIndex.Known known = ImageIndex.Known.of(opened);
      Optional<Bundle> same = bundles.find(known);
      if (same.isPresent()) {
        return preview(same.get());
      }
      ImageTree tree = ImageTree.of(LayerFlattener.flatten(opened, spool));
      AccountFiles accounts = AccountFiles.read(tree);
      Bundle bundle =
          isToBeMounted(image)
              ? bundles.ofExpectedIndex(known, accounts)
              : bundles.ofRoot(known, accounts);
      return new Preview(bundle, true, bundles.why(bundle, SMALL));
    } finally {
      MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private Preview preview(Bundle bundle) throws IOException {
    return new Preview(bundle, false, bundles.why(bundle, "it was unpacked before"));
  }

  /**
   * What a run would start from.
   *
   * @param bundle its root need not exist yet
   * @param makes whether a run would make it first
   * @param why it is what it is, a sentence
   */
  public record Preview(Bundle bundle, boolean makes, String why) {}

  /** Where plans are kept, if that was ever possible. */
  public Path plans() {
    return layout.plans();
  }

  /** What was made ready, for looking at it and removing it. */
  public UnpackedImages images() {
    return new UnpackedImages(layout.bundles());
  }

  /**
   * Forgets which images hold what is no longer there.
   *
   * @throws IOException if the cache cannot be read or written
   */
  public void forgetRemoved() throws IOException {
    index.retain(bundles::has);
  }

  private static boolean isRootfsDirectory(Path image) throws ImageFormatException, IOException {
    return Files.isDirectory(image) && ImageKind.of(image) == ImageKind.ROOTFS_DIRECTORY;
  }

  private Bundle ofDirectory(Path directory)
      throws ImageFormatException, IOException, BundleException {
    wanted.acceptNameless(directory);
    Path root = directory.toRealPath();
    return new Bundle(
        Hashing.sha256()
            .hashString(root.toString(), StandardCharsets.UTF_8)
            .toString()
            .substring(0, Bundle.NAME_LENGTH),
        root,
        ImmutableList.of(),
        Optional.empty(),
        layout.mountPoint(),
        ImageConfig.empty(wanted.platform()),
        AccountFiles.read(ImageTree.of(root)),
        ImmutableList.of());
  }

  private static FileIdentity identityOf(Path image) throws IOException {
    return FileIdentity.of(decisiveFile(image));
  }

  /** The one file that decides what an archive or a layout holds. */
  public static Path decisiveFile(Path image) {
    return Files.isDirectory(image) ? image.resolve("index.json") : image;
  }

  private void refuseUnmountable(Path image) throws BundleException {
    if (bundles.unpacking() == Unpacking.NEVER) {
      Optional<String> obstacle = bundles.mounts().obstacle();
      if (obstacle.isPresent()) {
        throw unmountable(image, obstacle.get());
      }
    }
  }

  private static BundleException unmountable(Path image, String why) {
    return new BundleException(
        "image '" + image + "'", "must not be unpacked, and cannot be mounted: " + why);
  }

  private Bundle make(Path image, FileIdentity identity)
      throws ImageFormatException, BundleException, IOException {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(StagingArea.removeLeftovers(layout.bundles()));
    warnings.addAll(StagingArea.removeLeftovers(layout.index()));
    ImageIndex.Known known;
    try (StagingArea staging = StagingArea.create(layout.bundles())) {
      Path spool = Files.createDirectory(staging.directory().resolve(IndexedLayers.LAYERS));
      Image opened =
          isToBeMounted(image)
              ? ImageReader.openToCopy(image, wanted, spool)
              : ImageReader.open(image, wanted, spool);
      known = ImageIndex.Known.of(opened);
      if (bundles.find(known).isEmpty()) {
        Made made =
            isToBeMounted(image)
                ? makeToMount(opened, spool, staging.directory())
                : unpack(LayerFlattener.flatten(opened, spool), spool, staging.directory());
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
    // Remembered only if the file is certain to be what was read, now and whenever it looks so.
    if (identity.isSettled(clock) && identity.equals(identityOf(image))) {
      index.store(identity, known);
    }
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

  /** What a bundle's directory holds now. */
  private record Made(boolean isIndex, ImmutableList<String> warnings) {}

  private boolean isToBeMounted(Path image) throws IOException {
    return bundles.mayBeMounted()
        && (bundles.unpacking() == Unpacking.NEVER
            || Files.isDirectory(image)
            || Files.size(image) >= LEAST_TO_MOUNT);
  }

  private Made makeToMount(Image opened, Path spool, Path directory)
      throws ImageFormatException, BundleException, IOException {
    IndexedLayers layers = IndexedLayers.copy(opened, spool);
    IndexedLayers.Outcome outcome = layers.write(directory, bundles.mounts());
    if (outcome instanceof IndexedLayers.Outcome.Mountable mountable) {
      return new Made(true, sentences(mountable.omissions()));
    }
    String why = ((IndexedLayers.Outcome.Refused) outcome).why();
    if (bundles.unpacking() == Unpacking.NEVER) {
      throw unmountable(opened.source(), why);
    }
    Files.writeString(directory.resolve(CacheLayout.REASON), why);
    return unpack(layers.rootfs(), spool, directory);
  }

  private Made unpack(Rootfs rootfs, Path spool, Path directory)
      throws BundleException, IOException {
    ImmutableList<String> warnings =
        sentences(DirectoryWriter.write(rootfs, directory.resolve(CacheLayout.ROOT), options()));
    Files.deleteIfExists(directory.resolve(IndexedLayers.INDEX));
    MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    return new Made(false, warnings);
  }

  private static ImmutableList<String> sentences(
      ImmutableList<DirectoryWriter.Omission> omissions) {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    for (DirectoryWriter.Omission omission : omissions) {
      warnings.add(
          "left out of the container: "
              + omission.what()
              + ": "
              + omission.first()
              + (omission.count() > 1 ? " and " + (omission.count() - 1) + " more" : ""));
    }
    return warnings.build();
  }

  private DirectoryWriter.Options options() {
    OwnerMode owners = bundles.owners();
    return owners.setsOwners()
        ? new DirectoryWriter.Options(
            DirectoryWriter.Owners.KEEP,
            new DirectoryWriter.OwnerMap(owners.ids()::hostUid, owners.ids()::hostGid),
            DirectoryWriter.Forbidden.OMIT)
        : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT);
  }

  private Optional<Bundle> madeBefore(FileIdentity identity) throws IOException, BundleException {
    Optional<ImageIndex.Known> known = index.find(identity);
    return known.isEmpty() ? Optional.empty() : bundles.find(known.get());
  }
}
