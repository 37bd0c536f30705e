package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Digest;
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
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Unpacked images, each at a place named by what it holds: two images with the same layers share
 * one tree, and a tree that has its name is complete.
 *
 * <p>Nothing waits for a lock. Whoever needs a tree that is not there unpacks it beside and renames
 * it; of several who do so at once one wins, and the others use its tree.
 */
public final class BundleCache {
  /** Raised whenever the same layers would be unpacked differently. */
  private static final String FORMAT = "jrun bundle 5";

  private final CacheLayout layout;
  private final ImageIndex index;
  private final OwnerMode owners;
  private final Clock clock;
  private final ImageSelection wanted;

  /** Told before something that may take long. */
  public interface Listener {
    /** The image is about to be unpacked. */
    void unpacking(Path image);
  }

  /**
   * @param directory created when first needed
   * @param owners how owners in an image become owners on disk
   * @param clock tells whether a file could still change without showing it
   */
  public BundleCache(Path directory, OwnerMode owners, Clock clock) {
    this(
        new CacheLayout(directory.toAbsolutePath().normalize()),
        owners,
        clock,
        ImageSelection.forThisMachine());
  }

  private BundleCache(CacheLayout layout, OwnerMode owners, Clock clock, ImageSelection wanted) {
    this.layout = layout;
    this.index = new ImageIndex(layout.index(), wanted);
    this.owners = owners;
    this.clock = clock;
    this.wanted = wanted;
  }

  /** The same cache, for those who want another image than the first one for this machine. */
  public BundleCache selecting(ImageSelection other) {
    return new BundleCache(layout, owners, clock, other);
  }

  /**
   * The image's root and configuration, unpacked if that was not done before. A directory that is a
   * root filesystem is taken where it is.
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
    FileIdentity identity = identityOf(image);
    Optional<ImageIndex.Known> before = unpackedBefore(identity);
    if (before.isPresent()) {
      return unpacked(before.get(), ImmutableList.of());
    }
    listener.unpacking(image);
    return unpack(image, identity);
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
      return new Preview(ofDirectory(image), false);
    }
    Optional<ImageIndex.Known> before = unpackedBefore(identityOf(image));
    if (before.isPresent()) {
      return new Preview(unpacked(before.get(), ImmutableList.of()), false);
    }
    Path spool = Files.createTempDirectory("jrun-");
    try {
      Image opened = ImageReader.open(image, wanted, spool);
      ImageIndex.Known known = ImageIndex.Known.of(opened);
      if (isUnpacked(known)) {
        return new Preview(unpacked(known, ImmutableList.of()), false);
      }
      ImageTree tree = ImageTree.of(LayerFlattener.flatten(opened, spool));
      return new Preview(bundle(known, AccountFiles.read(tree), ImmutableList.of()), true);
    } finally {
      MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /**
   * What a run would start from.
   *
   * @param bundle its root need not exist yet
   * @param unpacks whether a run would unpack the image there first
   */
  public record Preview(Bundle bundle, boolean unpacks) {}

  /** Where plans are kept, if that was ever possible. */
  public Path plans() {
    return layout.plans();
  }

  /** What was unpacked, for looking at it and removing it. */
  public UnpackedImages images() {
    return new UnpackedImages(layout.bundles());
  }

  /**
   * Forgets which images hold what is no longer unpacked.
   *
   * @throws IOException if the cache cannot be read or written
   */
  public void forgetRemoved() throws IOException {
    index.retain(this::isUnpacked);
  }

  private static boolean isRootfsDirectory(Path image) throws ImageFormatException, IOException {
    return Files.isDirectory(image) && ImageKind.of(image) == ImageKind.ROOTFS_DIRECTORY;
  }

  private Bundle ofDirectory(Path directory)
      throws ImageFormatException, IOException, BundleException {
    wanted.acceptNameless(directory);
    Path root = directory.toRealPath();
    return new Bundle(
        shortName(Hashing.sha256().hashString(root.toString(), StandardCharsets.UTF_8).toString()),
        root,
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

  private Bundle unpack(Path image, FileIdentity identity)
      throws ImageFormatException, BundleException, IOException {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(StagingArea.removeLeftovers(layout.bundles()));
    warnings.addAll(StagingArea.removeLeftovers(layout.index()));
    ImageIndex.Known known;
    try (StagingArea staging = StagingArea.create(layout.bundles())) {
      Path spool = Files.createDirectory(staging.directory().resolve("spool"));
      Image opened = ImageReader.open(image, wanted, spool);
      known = ImageIndex.Known.of(opened);
      if (!isUnpacked(known)) {
        Rootfs rootfs = LayerFlattener.flatten(opened, spool);
        warnings.addAll(write(rootfs, staging.directory().resolve(CacheLayout.ROOT)));
        Files.createFile(staging.directory().resolve(CacheLayout.HELD));
        Files.writeString(
            staging.directory().resolve(CacheLayout.IMAGE),
            image.toAbsolutePath().normalize().toString());
        MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
        staging.publish(layout.bundles().resolve(key(known)));
      }
    }
    // Remembered only if the file is certain to be what was read, now and whenever it looks so.
    if (identity.isSettled(clock) && identity.equals(identityOf(image))) {
      index.store(identity, known);
    }
    return unpacked(known, warnings.build());
  }

  private ImmutableList<String> write(Rootfs rootfs, Path target) throws IOException {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    for (DirectoryWriter.Omission omission : DirectoryWriter.write(rootfs, target, options())) {
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
    return owners.setsOwners()
        ? new DirectoryWriter.Options(
            DirectoryWriter.Owners.KEEP,
            new DirectoryWriter.OwnerMap(owners.ids()::hostUid, owners.ids()::hostGid),
            DirectoryWriter.Forbidden.OMIT)
        : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT);
  }

  private Optional<ImageIndex.Known> unpackedBefore(FileIdentity identity) throws IOException {
    return index.find(identity).filter(this::isUnpacked);
  }

  private boolean isUnpacked(ImageIndex.Known known) {
    return Files.isDirectory(layout.rootOf(key(known)), LinkOption.NOFOLLOW_LINKS);
  }

  private Bundle unpacked(ImageIndex.Known known, ImmutableList<String> warnings)
      throws IOException, BundleException {
    return bundle(known, AccountFiles.read(ImageTree.of(layout.rootOf(key(known)))), warnings);
  }

  private Bundle bundle(
      ImageIndex.Known known, AccountFiles accounts, ImmutableList<String> warnings) {
    String key = key(known);
    return new Bundle(
        shortName(key),
        layout.rootOf(key),
        Optional.of(layout.heldOf(key)),
        layout.mountPoint(),
        known.config(),
        accounts,
        warnings);
  }

  /** Everything that decides what is on disk; each part on a line of its own, so none can mix. */
  private String key(ImageIndex.Known known) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(FORMAT + "\n" + owners.description() + "\n", StandardCharsets.UTF_8);
    for (Digest diffId : known.diffIds()) {
      hasher.putString(diffId + "\n", StandardCharsets.UTF_8);
    }
    return hasher.hash().toString();
  }

  private static String shortName(String key) {
    return key.substring(0, 12);
  }
}
