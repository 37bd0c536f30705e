package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Images for several machines under one name (image-spec image-index.md).
 *
 * @param document the index
 * @param images what it refers to
 */
public record ImageIndex(StoredDocument document, ImmutableList<DistributableImage> images) {

  /**
   * An image and the machine it is for.
   *
   * @param image the image
   * @param platform as its configuration says
   */
  public record Entry(DistributableImage image, Platform platform) {}

  /** Two images are for one machine, so nobody could get the second. */
  public static final class AmbiguousPlatformException extends Exception {
    private static final long serialVersionUID = 1L;

    private AmbiguousPlatformException(Platform platform) {
      super("two of the images are for " + platform + "; an index holds one for each platform");
    }
  }

  /**
   * Puts images together, in that order.
   *
   * @throws AmbiguousPlatformException if two are for the same platform
   */
  public static ImageIndex of(ImmutableList<Entry> entries) throws AmbiguousPlatformException {
    TreeSet<String> platforms = new TreeSet<>();
    ImmutableList.Builder<Descriptor> manifests = ImmutableList.builder();
    ImmutableList.Builder<DistributableImage> images = ImmutableList.builder();
    for (Entry entry : entries) {
      if (!platforms.add(entry.platform().toString())) {
        throw new AmbiguousPlatformException(entry.platform());
      }
      StoredDocument manifest = entry.image().manifest();
      manifests.add(
          new Descriptor(
              manifest.mediaType(),
              manifest.digest(),
              manifest.bytes().size(),
              Optional.of(entry.platform()),
              ImmutableSortedMap.of()));
      images.add(entry.image());
    }
    return new ImageIndex(
        StoredDocument.of(MediaType.INDEX, ManifestDocument.renderIndex(manifests.build())),
        images.build());
  }
}
