package io.jrootfs.builder.image;

/** How a layer's tar is compressed. */
public enum Compression {
  NONE("application/vnd.oci.image.layer.v1.tar", "uncompressed"),
  /** Read by everything. */
  GZIP("application/vnd.oci.image.layer.v1.tar+gzip", "gzip, zlib level 6 in 128 KiB blocks"),
  /** Faster and smaller, but unknown to Jib and to umoci before 0.5. */
  ZSTD("application/vnd.oci.image.layer.v1.tar+zstd", "zstd level 3");

  private final String mediaType;
  private final String settings;

  Compression(String mediaType, String settings) {
    this.mediaType = mediaType;
    this.settings = settings;
  }

  /** The layer's media type (image-spec media-types.md). */
  public String mediaType() {
    return mediaType;
  }

  /** The compressor and the settings it is used with: they decide the digest of the blob. */
  public String settings() {
    return settings;
  }
}
