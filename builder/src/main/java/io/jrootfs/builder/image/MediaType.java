package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableSet;

/** The media types of image-spec media-types.md and those of Docker's image format 2.2. */
final class MediaType {
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  private static final String DOCKER_INDEX =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  private static final ImmutableSet<String> LAYERS =
      ImmutableSet.of(
          Compression.NONE.mediaType(),
          Compression.GZIP.mediaType(),
          Compression.ZSTD.mediaType(),
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.docker.image.rootfs.diff.tar.zstd");

  private MediaType() {}

  static boolean isIndex(String mediaType) {
    return mediaType.equals(INDEX) || mediaType.equals(DOCKER_INDEX);
  }

  static boolean isManifest(String mediaType) {
    return mediaType.equals(MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
  }

  static boolean isConfig(String mediaType) {
    return mediaType.equals(CONFIG) || mediaType.equals(DOCKER_CONFIG);
  }

  /**
   * Why a layer of this type cannot be read; empty if it can. How it is compressed is not asked
   * here: the first bytes of the blob tell, and some tools write the wrong type.
   */
  static String whyNotALayer(String mediaType) {
    if (LAYERS.contains(mediaType)) {
      return "";
    }
    if (mediaType.endsWith("+encrypted")) {
      return "encrypted layers are not supported: " + mediaType;
    }
    if (mediaType.contains("nondistributable") || mediaType.contains(".foreign.")) {
      return "layers that are not part of their image are not supported: " + mediaType;
    }
    return "not a layer media type that can be read: " + mediaType;
  }
}
