package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.LayerBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bundles whose layers stay in the image's own file: all that is made is an index, which takes the
 * time of reading names, and no room for a second copy. For that the layers are taken for what they
 * are: their digests are not looked at, and who writes to the file changes what runs from it. The
 * index is found by the file's identity, so that a file that was changed has another one.
 *
 * @param bundles where they are kept
 */
record InPlaceBundles(CachedBundles bundles, Preparation preparation) {
  /** In milliseconds; more than {@link FileIdentity#isSettled} takes, unless a clock is wrong. */
  private static final long LONGEST_WAIT = 3000;

  /** In milliseconds, between two looks. */
  private static final long PAUSE = 50;

  /**
   * The bundle, which is made if it is not there.
   *
   * @param image an archive
   * @throws ImageFormatException if it is no image, or its layers are not there uncompressed
   * @throws BundleException if it cannot be mounted
   */
  Bundle open(Path image, BundleCache.Listener listener)
      throws ImageFormatException, BundleException, IOException {
    Path file = checked(image);
    FileIdentity identity = settled(file);
    try (StagingArea staging = StagingArea.create(bundles.layout().bundles())) {
      Image opened = opened(image, staging.directory());
      ImageIndex.Known known = ImageIndex.Known.of(opened);
      Path kept = bundles.directory(bundles.inPlaceKey(known, identity));
      ImmutableList<String> warnings = ImmutableList.of();
      if (!Files.isDirectory(kept)) {
        listener.unpacking(image);
        warnings = write(opened, file, staging);
        if (!identity.equals(FileIdentity.of(file))) {
          throw new BundleException(
              "image '" + image + "'", "was changed while it was read; start it again");
        }
        staging.publish(kept);
      }
      return bundles
          .ofInPlace(known, file, identity, IndexedLayers.accountsOf(kept))
          .withWarnings(warnings);
    }
  }

  /** What {@link #open} would give, without anything kept. */
  BundleCache.Preview preview(Path image)
      throws ImageFormatException, BundleException, IOException {
    Path file = checked(image);
    Path spool = Files.createTempDirectory("jrun-");
    try {
      Image opened = opened(image, spool);
      ImageIndex.Known known = ImageIndex.Known.of(opened);
      FileIdentity identity = FileIdentity.of(file);
      AccountFiles accounts = IndexedLayers.accountsInPlace(opened);
      Bundle bundle = bundles.ofInPlace(known, file, identity, accounts);
      return new BundleCache.Preview(bundle, !Files.exists(bundle.root()), bundles.why(bundle, ""));
    } finally {
      MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** Returns what is to be told of it. */
  private ImmutableList<String> write(Image opened, Path file, StagingArea staging)
      throws ImageFormatException, BundleException, IOException {
    Path directory = staging.directory();
    IndexedLayers layers = IndexedLayers.inPlace(opened, file, directory);
    IndexedLayers.Outcome outcome = layers.complete(directory, bundles.mounts());
    if (outcome instanceof IndexedLayers.Outcome.Refused refused) {
      throw unmountable(opened.source(), refused.why());
    }
    Files.createFile(directory.resolve(CacheLayout.HELD));
    Files.writeString(
        directory.resolve(CacheLayout.IMAGE),
        opened.source().toAbsolutePath().normalize().toString());
    return OmissionTalk.sentences(
        layers.unkept(), ((IndexedLayers.Outcome.Written) outcome).omissions());
  }

  private Path checked(Path image) throws BundleException, IOException {
    Optional<String> obstacle = bundles.mounts().obstacle();
    if (obstacle.isPresent()) {
      throw unmountable(image, obstacle.get());
    }
    if (Files.isDirectory(image)) {
      throw unmountable(image, "it is a directory, and only an archive can be");
    }
    // Where the image's reader finds the layers; the launcher follows no link.
    return image.toRealPath();
  }

  private Image opened(Path image, Path spool)
      throws ImageFormatException, BundleException, IOException {
    Image opened = ImageReader.open(image, preparation.wanted(), spool);
    for (LayerBlob layer : opened.layers()) {
      if (layer.location().file().startsWith(spool)) {
        throw unmountable(image, "it is compressed; decompress it first");
      }
    }
    return opened;
  }

  /** Whoever starts what he has just built waits a moment, once. */
  private FileIdentity settled(Path file) throws BundleException, IOException {
    FileIdentity identity = FileIdentity.of(file);
    for (long waited = 0; !identity.isSettled(preparation.clock()); waited += PAUSE) {
      if (waited >= LONGEST_WAIT) {
        throw unmountable(
            file, "its time of change is not past, so that a change would not show; 'touch' it");
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while " + file + " settled", e);
      }
      identity = FileIdentity.of(file);
    }
    return identity;
  }

  private static BundleException unmountable(Path image, String why) {
    return new BundleException(
        "image '" + image + "'",
        "cannot be mounted in place: " + why + "; leave --unpack in-place out");
  }
}
