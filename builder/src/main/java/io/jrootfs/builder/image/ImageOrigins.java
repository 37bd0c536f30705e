package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;

/**
 * Where layers of an image may be already: under its own names, and under that of the image it was
 * made of. Whoever made the image wrote them, so they are a hint and no more.
 */
public final class ImageOrigins {
  /** The name of the image that another one was made of (image-spec annotations.md). */
  static final String BASE_NAME = "org.opencontainers.image.base.name";

  private ImageOrigins() {}

  /**
   * The full names, its own first.
   *
   * @throws ImageFormatException if its manifest is damaged
   */
  public static ImmutableList<ImageReference> of(Image image) throws ImageFormatException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    if (image.documents().isPresent()) {
      ImageDocuments documents = image.documents().get();
      names.addAll(documents.names());
      if (documents.manifest().isPresent()) {
        StoredDocument manifest = documents.manifest().get();
        String base =
            JsonDocument.parse(
                    image.source(), "manifest " + manifest.digest(), manifest.bytes().toByteArray())
                .textsByKey("annotations")
                .get(BASE_NAME);
        if (base != null) {
          names.add(base);
        }
      }
    }
    return full(names.build());
  }

  /** Those that name a repository; a bare tag is also a name, but of something else. */
  static ImmutableList<ImageReference> full(ImmutableList<String> names) {
    ImmutableList.Builder<ImageReference> full = ImmutableList.builder();
    for (String name : names) {
      if (name.contains("/")) {
        try {
          full.add(ImageReference.parse(name));
        } catch (ImageReference.InvalidException e) {
          // Archives may use names that docker would not, and none of those is in a registry.
        }
      }
    }
    return full.build();
  }
}
