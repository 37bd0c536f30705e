package io.jrootfs.builder.image;

import com.google.common.io.BaseEncoding;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.io.InputStream;

/** Compressed formats, told apart by their first bytes and never by a name or media type. */
enum StoredFormat {
  GZIP("1f8b"),
  ZSTD("28b52ffd"),
  /** A skippable frame, with which zstd:chunked and pzstd may begin (RFC 8878, 3.1.2). */
  ZSTD_SKIPPABLE("502a4d18"),
  XZ("fd377a585a00"),
  /** Known only to say that it is not supported. */
  BZIP2("425a68"),
  /** Anything else. */
  PLAIN("");

  private static final int LONGEST = 6;

  /** Lower-case hexadecimal. */
  private final String magic;

  StoredFormat(String magic) {
    this.magic = magic;
  }

  static StoredFormat of(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      String start = BaseEncoding.base16().lowerCase().encode(in.readNBytes(LONGEST));
      for (StoredFormat format : values()) {
        if (start.startsWith(format.magic)) {
          return format;
        }
      }
      throw new IllegalStateException("PLAIN matches everything");
    }
  }

  /** For messages. */
  String spelling() {
    return switch (this) {
      case GZIP -> "gzip";
      case ZSTD, ZSTD_SKIPPABLE -> "zstd";
      case XZ -> "xz";
      case BZIP2 -> "bzip2";
      case PLAIN -> "uncompressed";
    };
  }
}
