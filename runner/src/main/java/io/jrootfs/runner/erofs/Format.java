package io.jrootfs.runner.erofs;

/** Sizes and numbers of the format, by their names in {@code fs/erofs/erofs_fs.h}. */
final class Format {
  /** As a tar has it, so that whatever begins in a tar begins with a block: Linux 6.4. */
  static final int BLOCK_BITS = 9;

  static final int BLOCK_SIZE = 1 << BLOCK_BITS;

  /** {@code EROFS_SUPER_OFFSET}. */
  static final int SUPER_OFFSET = 1024;

  static final int SUPER_SIZE = 128;
  static final int SUPER_MAGIC = 0xE0F5_E1E2;

  /** {@code struct erofs_deviceslot}; slots are counted in their own size. */
  static final int DEVICE_SLOT_SIZE = 128;

  static final int DEVICE_TAG_SIZE = 64;

  static final int FEATURE_COMPAT_SB_CHKSUM = 1;
  static final int FEATURE_COMPAT_MTIME = 2;
  static final int FEATURE_INCOMPAT_CHUNKED_FILE = 4;
  static final int FEATURE_INCOMPAT_DEVICE_TABLE = 8;

  /** {@code struct erofs_inode_extended}: the compact one has no time and 16 bits of owner. */
  static final int INODE_SIZE = 64;

  static final int INODE_LAYOUT_EXTENDED = 1;
  static final int INODE_FLAT_PLAIN = 0;
  static final int INODE_FLAT_INLINE = 2;
  static final int INODE_CHUNK_BASED = 4;

  /** An inode's number is its place in units of a compact one. */
  static final int INODE_SLOT_SIZE = 32;

  static final int CHUNK_FORMAT_INDEXES = 0x20;
  static final int CHUNK_FORMAT_BLKBITS_MAX = 31;
  static final int CHUNK_INDEX_SIZE = 8;

  /** {@code EROFS_NULL_ADDR}: a hole. */
  static final int NULL_ADDRESS = -1;

  static final int DIRENT_SIZE = 12;
  static final int NAME_MAX = 255;

  /** PATH_MAX without the NUL (limits.h). */
  static final int LINK_MAX = 4095;

  /** {@code struct erofs_xattr_ibody_header}, and the unit that an inode counts the rest in. */
  static final int XATTR_HEADER_SIZE = 12;

  static final int XATTR_UNIT = 4;

  private Format() {}

  /** How many blocks that many bytes take. */
  static long blocks(long bytes) {
    return (bytes + BLOCK_SIZE - 1) >> BLOCK_BITS;
  }

  /** {@code bytes}, made a multiple of {@code unit}, which is a power of two. */
  static long padded(long bytes, int unit) {
    return (bytes + unit - 1) & -unit;
  }
}
