package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The bundles that are in the cache, each of which has its name only when it is complete.
 *
 * @param owners of those that are unpacked; those that are mounted have the image's
 * @param unpacking when it is one of the first kind
 * @param mounts whether it can be one of the second kind
 */
record CachedBundles(
    CacheLayout layout, OwnerMode owners, Unpacking unpacking, IndexMounts mounts) {
  /** Raised whenever the same layers would be unpacked differently. */
  private static final String UNPACKED_FORMAT = "jrun bundle 5";

  /** Raised whenever the same layers would have another index. */
  private static final String INDEX_FORMAT = "jrun index 1";

  /** The same of one whose layers are in the image's own file. */
  private static final String IN_PLACE_FORMAT = "jrun index in place 1";

  /** Whether one that is mounted will do; the kernel may still refuse it. */
  boolean mayBeMounted() {
    return obstacle().isEmpty();
  }

  /** Why none is mounted, in the words of a user; empty if one may be. */
  private Optional<String> obstacle() {
    return unpacking == Unpacking.ALWAYS ? Optional.of("as asked for") : mounts.obstacle();
  }

  /**
   * The bundle of an image, if it is there.
   *
   * @throws BundleException if its accounts cannot be read
   */
  Optional<Bundle> find(ImageIndex.Known known) throws IOException, BundleException {
    Optional<Bundle> index =
        mayBeMounted() && isIndexed(known) ? findIndex(known) : Optional.empty();
    if (index.isPresent()) {
      return index;
    }
    if (unpacking != Unpacking.NEVER && isUnpacked(known)) {
      Path root = layout.rootOf(unpackedKey(known));
      return Optional.of(ofRoot(known, AccountFiles.read(ImageTree.of(root))));
    }
    return Optional.empty();
  }

  private Optional<Bundle> findIndex(ImageIndex.Known known) throws IOException {
    Path directory = directory(indexKey(known));
    try {
      return Optional.of(
          ofIndex(known, IndexedLayers.tarsOf(directory), IndexedLayers.accountsOf(directory)));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // somebody has just removed it
    }
  }

  /** Whether anybody could find one. */
  boolean has(ImageIndex.Known known) {
    return isIndexed(known) || isUnpacked(known);
  }

  private boolean isIndexed(ImageIndex.Known known) {
    return Files.isRegularFile(
        directory(indexKey(known)).resolve(IndexedLayers.INDEX), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isUnpacked(ImageIndex.Known known) {
    return Files.isDirectory(layout.rootOf(unpackedKey(known)), LinkOption.NOFOLLOW_LINKS);
  }

  /** One that is mounted; it need not be there yet. */
  Bundle ofIndex(ImageIndex.Known known, ImmutableList<Path> layers, AccountFiles accounts) {
    Path directory = directory(indexKey(known));
    Path index = directory.resolve(IndexedLayers.INDEX);
    return bundle(known, directory, index, layers, Optional.empty(), accounts);
  }

  /** One that is mounted out of the image's own file; it need not be there yet. */
  Bundle ofInPlace(
      ImageIndex.Known known, Path image, FileIdentity identity, AccountFiles accounts) {
    Path directory = directory(inPlaceKey(known, identity));
    Path index = directory.resolve(IndexedLayers.INDEX);
    return bundle(
        known, directory, index, ImmutableList.of(image), Optional.of(identity), accounts);
  }

  /** One that is mounted and yet to be made. */
  Bundle ofExpectedIndex(ImageIndex.Known known, AccountFiles accounts) {
    return ofIndex(known, IndexedLayers.expectedTars(directory(indexKey(known)), known), accounts);
  }

  /** One that is unpacked; it need not be there yet. */
  Bundle ofRoot(ImageIndex.Known known, AccountFiles accounts) {
    String key = unpackedKey(known);
    Path root = layout.rootOf(key);
    return bundle(known, directory(key), root, ImmutableList.of(), Optional.empty(), accounts);
  }

  /** The name, which the container may see, does not tell the kinds apart. */
  private Bundle bundle(
      ImageIndex.Known known,
      Path directory,
      Path root,
      ImmutableList<Path> layers,
      Optional<FileIdentity> image,
      AccountFiles accounts) {
    return new Bundle(
        unpackedKey(known).substring(0, Bundle.NAME_LENGTH),
        root,
        layers,
        image,
        Optional.of(directory.resolve(CacheLayout.HELD)),
        layout.mountPoint(),
        Optional.empty(),
        known.config(),
        accounts,
        ImmutableList.of());
  }

  /**
   * Why a bundle is what it is.
   *
   * @param otherwise why one is unpacked that could be mounted, if nothing is noted beside it
   */
  String why(Bundle bundle, String otherwise) throws IOException {
    if (bundle.image().isPresent()) {
      return "the image's layers are mounted out of its file by an index";
    }
    if (!bundle.layers().isEmpty()) {
      return "the image's layers are mounted by an index, and not unpacked";
    }
    if (!bundle.ownCopy()) {
      return "a directory is taken as it is";
    }
    Optional<String> obstacle = obstacle();
    Path reason = bundle.root().resolveSibling(CacheLayout.REASON);
    String why = obstacle.isPresent() ? obstacle.get() : noted(reason, otherwise);
    return "the image is unpacked, and not mounted by an index of its layers: " + why;
  }

  private static String noted(Path reason, String otherwise) throws IOException {
    try {
      return Files.readString(reason);
    } catch (NoSuchFileException e) {
      return otherwise;
    }
  }

  Path directory(String key) {
    return layout.bundles().resolve(key);
  }

  /** Everything that decides what is on disk; each part on a line of its own, so none can mix. */
  String unpackedKey(ImageIndex.Known known) {
    return key(UNPACKED_FORMAT + "\n" + owners.description() + "\n", known);
  }

  String indexKey(ImageIndex.Known known) {
    return key(INDEX_FORMAT + "\n", known);
  }

  /** The layers' digests are what the image says: nobody has looked. */
  String inPlaceKey(ImageIndex.Known known, FileIdentity identity) {
    return key(IN_PLACE_FORMAT + "\n" + identity.fileName() + "\n", known);
  }

  private static String key(String kind, ImageIndex.Known known) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(kind, StandardCharsets.UTF_8);
    for (Digest diffId : known.diffIds()) {
      hasher.putString(diffId + "\n", StandardCharsets.UTF_8);
    }
    return hasher.hash().toString();
  }
}
