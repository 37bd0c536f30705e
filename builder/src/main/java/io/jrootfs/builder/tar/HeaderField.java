package io.jrootfs.builder.tar;

import java.util.Locale;

/**
 * The fields of a 512-byte header, as POSIX.1-2017 (pax, "ustar Interchange Format") lays them out.
 */
enum HeaderField {
  NAME(0, 100),
  MODE(100, 8),
  UID(108, 8),
  GID(116, 8),
  SIZE(124, 12),
  MTIME(136, 12),
  CHKSUM(148, 8),
  TYPEFLAG(156, 1),
  LINKNAME(157, 100),
  MAGIC(257, 6),
  VERSION(263, 2),
  DEVMAJOR(329, 8),
  DEVMINOR(337, 8),
  PREFIX(345, 155);

  /** Of a header; contents are padded to a multiple of it. */
  static final int BLOCK_SIZE = 512;

  final int offset;
  final int length;

  HeaderField(int offset, int length) {
    this.offset = offset;
    this.length = length;
  }

  /** As the standard spells it, for messages. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code size} rounded up to whole blocks. */
  static long padded(long size) {
    return (size + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
  }
}
