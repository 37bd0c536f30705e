package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageKind;
import io.jrootfs.builder.image.ImageSelection;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Images made ready, each at a place named by what it holds: two images with the same layers share
 * one bundle, and a bundle that has its name is complete. Where the cache cannot be written, an
 * image is made ready for one container alone, in a temporary place that goes with it.
 *
 * <p>Where the kernel mounts it, a bundle is an index of the image's layers; otherwise they are
 * unpacked.
 */
public final class BundleCache {
  private final Optional<Path> directory;
  private final TemporaryPlaces temporary;
  private final Preparation preparation;

  /** Told before something that may take long. */
  public interface Listener {
    /** The image is about to be read, and unpacked if need be. */
    void unpacking(Path image);
  }

  /**
   * @param directory created when first needed; empty if there is no place for one
   * @param temporary what takes its place where it cannot be written
   * @param owners how owners in an image become owners on disk
   * @param clock tells whether a file could still change without showing it
   */
  public BundleCache(
      Optional<Path> directory, TemporaryPlaces temporary, OwnerMode owners, Clock clock) {
    this(
        directory.map(path -> path.toAbsolutePath().normalize()),
        temporary,
        new Preparation(
            owners,
            Unpacking.AUTO,
            IndexMounts.none("nobody looks whether it could be"),
            clock,
            ImageSelection.forThisMachine()));
  }

  private BundleCache(
      Optional<Path> directory, TemporaryPlaces temporary, Preparation preparation) {
    this.directory = directory;
    this.temporary = temporary;
    this.preparation = preparation;
  }

  /** The same cache, for those who want another image than the first one for this machine. */
  public BundleCache selecting(ImageSelection other) {
    return new BundleCache(directory, temporary, preparation.selecting(other));
  }

  /** The same cache, for those who can mount an index of layers. */
  public BundleCache mounting(Unpacking unpacking, IndexMounts mounts) {
    return new BundleCache(directory, temporary, preparation.mounting(unpacking, mounts));
  }

  /**
   * The image's root and configuration, made ready if that was not done before. A directory that is
   * a root filesystem is taken where it is.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if it holds something that cannot be run
   * @throws IOException if it cannot be read, or neither the cache nor any temporary place be
   *     written; nothing is left behind
   */
  public Bundle open(Path image, Listener listener)
      throws ImageFormatException, BundleException, IOException {
    Opening opening = Opening.of(image, preparation, listener);
    if (directory.isEmpty()) {
      return temporary.open(opening, "there is no directory for the cache");
    }
    CacheLayout layout = new CacheLayout(directory.get());
    try {
      layout.create();
      return opening.in(layout);
    } catch (ForeignPlaceException e) {
      throw e;
    } catch (IOException e) {
      opening.refuseUnreadable(e);
      return temporary.open(opening, "the cache " + layout.directory() + ": " + Reasons.of(e));
    }
  }

  /**
   * Leaves what {@link #open} has made for one container alone to whoever starts that: until then
   * it goes with this process.
   */
  public void handOver() throws IOException {
    temporary.handOver();
  }

  /**
   * What {@link #open} would give, without changing anything on disk but for temporary files.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if it holds something that cannot be run
   * @throws IOException if it cannot be read
   */
  public Preview preview(Path image) throws ImageFormatException, BundleException, IOException {
    CacheLayout layout =
        directory
            .map(CacheLayout::new)
            .filter(CacheLayout::mayBeWritten)
            .orElseGet(() -> new CacheLayout(temporary.example()));
    return new PreviewMaker(new BundleMaker(layout, preparation), preparation).preview(image);
  }

  /**
   * What a run would start from.
   *
   * @param bundle its root need not exist yet
   * @param makes whether a run would make it first
   * @param why it is what it is, a sentence
   */
  public record Preview(Bundle bundle, boolean makes, String why) {}

  /** Where plans are kept, if there is a cache. */
  public Optional<Path> plans() {
    return directory.map(path -> new CacheLayout(path).plans());
  }

  /**
   * What was made ready, for looking at it and removing it.
   *
   * @throws FileSystemException if there is no place for a cache
   */
  public UnpackedImages images() throws FileSystemException {
    return new UnpackedImages(layout().bundles(), preparation.clock());
  }

  /**
   * Removes what others have left half done.
   *
   * @return a sentence for each leftover that cannot be removed
   * @throws IOException if the cache cannot be read
   */
  public ImmutableList<String> removeLeftovers() throws IOException {
    ImmutableList.Builder<String> kept = ImmutableList.builder();
    for (Path part : ImmutableList.of(layout().bundles(), layout().index(), layout().plans())) {
      if (Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
        kept.addAll(StagingArea.removeLeftovers(part));
      }
    }
    return kept.build();
  }

  /**
   * Forgets which images hold what is no longer there.
   *
   * @throws IOException if the cache cannot be read or written
   */
  public void forgetRemoved() throws IOException {
    new BundleMaker(layout(), preparation).forgetRemoved();
  }

  private CacheLayout layout() throws FileSystemException {
    return new CacheLayout(
        directory.orElseThrow(
            () -> new FileSystemException("cache", null, "there is no directory for it")));
  }

  /** The one file that decides what an archive or a layout holds. */
  public static Path decisiveFile(Path image) {
    return Files.isDirectory(image) ? image.resolve("index.json") : image;
  }

  /** An image that is to be opened, in one place or the next. */
  record Opening(
      Path image, Optional<FileIdentity> identity, Preparation preparation, Listener listener) {

    /**
     * @throws IOException if there is no such image
     */
    static Opening of(Path image, Preparation preparation, Listener listener)
        throws ImageFormatException, BundleException, IOException {
      if (isRootfsDirectory(image)) {
        return new Opening(image, Optional.empty(), preparation, listener);
      }
      refuseUnmountable(image, preparation);
      FileIdentity identity = BundleMaker.identityOf(image);
      return new Opening(image, Optional.of(identity), preparation, listener);
    }

    /** Its bundle there, made if need be. */
    Bundle in(CacheLayout layout) throws ImageFormatException, BundleException, IOException {
      BundleMaker maker = new BundleMaker(layout, preparation);
      if (identity.isEmpty()) {
        return maker.ofDirectory(image);
      }
      if (preparation.unpacking() == Unpacking.IN_PLACE) {
        return new InPlaceBundles(maker.bundles(), preparation).open(image, listener);
      }
      Optional<Bundle> before = maker.madeBefore(identity.get());
      if (before.isPresent()) {
        return before.get();
      }
      listener.unpacking(image);
      return maker.make(image, identity.get());
    }

    /** Bytes that the place for it must have at least. */
    long size() throws IOException {
      boolean isCopied =
          identity.isPresent()
              && !Files.isDirectory(image)
              && preparation.unpacking() != Unpacking.IN_PLACE;
      return isCopied ? Files.size(image) : 0;
    }

    /** Of the place it says nothing if it is the image that cannot be read. */
    void refuseUnreadable(IOException e) throws IOException {
      if (e instanceof FileSystemException system
          && system.getFile() != null
          && Path.of(system.getFile()).startsWith(image)) {
        throw e;
      }
    }
  }

  static boolean isRootfsDirectory(Path image) throws ImageFormatException, IOException {
    return Files.isDirectory(image) && ImageKind.of(image) == ImageKind.ROOTFS_DIRECTORY;
  }

  static void refuseUnmountable(Path image, Preparation preparation) throws BundleException {
    if (preparation.unpacking() == Unpacking.NEVER) {
      Optional<String> obstacle = preparation.mounts().obstacle();
      if (obstacle.isPresent()) {
        throw BundleMaker.unmountable(image, obstacle.get());
      }
    }
  }
}
