package io.jrootfs.runner.erofs;

import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A file of any kind: what stands in the area of inodes, and what it needs of blocks behind that.
 * Places are given to all before anything is written, as directories name inodes by their places.
 */
final class Inode {
  /** Of uapi/linux/fs.h and stat.h, in the order of {@link #fileType}. */
  private enum Kind {
    REGULAR(1, 0100000),
    DIRECTORY(2, 0040000),
    CHARACTER_DEVICE(3, 0020000),
    BLOCK_DEVICE(4, 0060000),
    FIFO(5, 0010000),
    SYMLINK(7, 0120000);

    private final int fileType;
    private final int mode;

    Kind(int fileType, int mode) {
      this.fileType = fileType;
      this.mode = mode;
    }
  }

  private static final RootfsEntry.Cases<Kind, RuntimeException> KINDS =
      new RootfsEntry.Cases<>() {
        @Override
        public Kind directory(RootfsEntry.Directory directory) {
          return Kind.DIRECTORY;
        }

        @Override
        public Kind regularFile(RootfsEntry.RegularFile file) {
          return Kind.REGULAR;
        }

        @Override
        public Kind symlink(RootfsEntry.Symlink link) {
          return Kind.SYMLINK;
        }

        @Override
        public Kind hardLink(RootfsEntry.HardLink link) {
          throw new IllegalArgumentException(link.path() + " is another name of an inode");
        }

        @Override
        public Kind device(RootfsEntry.Device device) {
          return device.type() == RootfsEntry.Device.Type.CHARACTER
              ? Kind.CHARACTER_DEVICE
              : Kind.BLOCK_DEVICE;
        }

        @Override
        public Kind fifo(RootfsEntry.Fifo fifo) {
          return Kind.FIFO;
        }
      };

  private final Kind kind;
  private final Metadata metadata;
  private final int serial;
  private final byte[] xattrs;
  private final byte[] linkText;
  private final long device;
  private final @Nullable DirectoryBlocks names;
  private final @Nullable ChunkMap chunks;
  private long links;
  private long size;
  private long position;
  private long dataBlock;

  /**
   * @param entry no hard link
   * @param serial what a 32-bit program sees as the inode's number
   * @param xattrs what follows the inode
   */
  Inode(RootfsEntry entry, int serial, byte[] xattrs, Devices devices) {
    this.kind = entry.match(KINDS);
    this.metadata = entry.metadata();
    this.serial = serial;
    this.xattrs = xattrs;
    this.names = kind == Kind.DIRECTORY ? new DirectoryBlocks() : null;
    this.linkText =
        entry instanceof RootfsEntry.Symlink link
            ? link.target().getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    this.device = entry instanceof RootfsEntry.Device node ? encoded(node) : 0;
    FileContent content =
        entry instanceof RootfsEntry.RegularFile file && file.content().size() > 0
            ? file.content()
            : null;
    this.chunks = content == null ? null : ChunkMap.of(content, devices);
    this.size = content == null ? linkText.length : content.size();
    this.links = kind == Kind.DIRECTORY ? 1 : 0; // its own "."
  }

  /** {@code new_encode_dev} of linux/kdev_t.h. */
  private static long encoded(RootfsEntry.Device node) {
    return (node.minor() & 0xff) | (long) node.major() << 8 | (node.minor() & ~0xffL) << 12;
  }

  /** Notes that a directory names this inode. */
  void addLink() {
    links++;
  }

  /** The names in this directory. */
  DirectoryBlocks names() {
    if (names == null) {
      throw new IllegalStateException("not a directory");
    }
    return names;
  }

  boolean isDirectory() {
    return names != null;
  }

  byte[] linkText() {
    return linkText;
  }

  @Nullable ChunkMap chunks() {
    return chunks;
  }

  int fileType() {
    return kind.fileType;
  }

  /** How directories name it. */
  long number() {
    return position / Format.INODE_SLOT_SIZE;
  }

  long position() {
    return position;
  }

  /**
   * Takes a place in the area of inodes.
   *
   * @param from offset in bytes that is free
   * @return the first one behind it
   */
  long place(long from) {
    if (names != null) {
      size = names.size();
    }
    position = Format.padded(from, Format.INODE_SLOT_SIZE);
    if (isInline() && position % Format.BLOCK_SIZE + recordSize() > Format.BLOCK_SIZE) {
      position = Format.padded(position, Format.BLOCK_SIZE);
    }
    return position + recordSize();
  }

  /**
   * Takes blocks of data.
   *
   * @param from the first free one
   * @return the first one behind them
   */
  long placeData(long from) {
    dataBlock = from;
    return from + dataBlocks();
  }

  private long dataBlocks() {
    if (chunks != null) {
      return chunks.copiedBlocks();
    }
    return isInline() ? 0 : Format.blocks(size);
  }

  /** Whether there are blocks with its names, or its text. */
  boolean hasBlocks() {
    return isDirectory() || (kind == Kind.SYMLINK && !isInline());
  }

  /**
   * Whether the text of a symbolic link stands behind the inode. The kernel then takes it from the
   * inode's own block ({@code erofs_fill_symlink}, fs/erofs/inode.c).
   */
  private boolean isInline() {
    return kind == Kind.SYMLINK
        && Format.INODE_SIZE + xattrs.length + linkText.length <= Format.BLOCK_SIZE;
  }

  private long recordSize() {
    long used = (long) Format.INODE_SIZE + xattrs.length;
    if (chunks != null) {
      used = Format.padded(used, Format.CHUNK_INDEX_SIZE);
      return used + (long) chunks.chunks().length() * Format.CHUNK_INDEX_SIZE;
    }
    return isInline() ? used + linkText.length : used;
  }

  /** What stands at {@link #position}. */
  byte[] toByteArray() {
    int layout =
        chunks != null
            ? Format.INODE_CHUNK_BASED
            : isInline() ? Format.INODE_FLAT_INLINE : Format.INODE_FLAT_PLAIN;
    LittleEndian all = new LittleEndian();
    all.u16(Format.INODE_LAYOUT_EXTENDED | layout << 1);
    all.u16(xattrCount()).u16(kind.mode | metadata.mode()).u16(0).u64(size).u32(summary());
    all.u32(serial).u32(metadata.uid()).u32(metadata.gid());
    all.u64(metadata.mtime()).u32(0).u32(links).zerosTo(Format.INODE_SIZE);
    all.bytes(xattrs);
    if (chunks != null) {
      all.zerosTo(Format.padded(all.size(), Format.CHUNK_INDEX_SIZE));
      writeChunks(chunks, all);
    } else if (isInline()) {
      all.bytes(linkText);
    }
    return all.toByteArray();
  }

  /** One for the header, then one for each unit behind it ({@code erofs_xattr_ibody_size}). */
  private int xattrCount() {
    return xattrs.length == 0
        ? 0
        : 1 + (xattrs.length - Format.XATTR_HEADER_SIZE) / Format.XATTR_UNIT;
  }

  /** {@code i_u}. */
  private long summary() {
    if (chunks != null) {
      return Format.CHUNK_FORMAT_INDEXES | chunks.chunkBits();
    }
    return kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE ? device : dataBlock;
  }

  private void writeChunks(ChunkMap map, LittleEndian all) {
    long copied = dataBlock;
    int copies = 0;
    for (int i = 0; i < map.chunks().length(); i++) {
      long chunk = map.chunks().get(i);
      all.u16(0);
      if (chunk == ChunkMap.HOLE) {
        all.u16(0).u32(Format.NULL_ADDRESS);
      } else if (chunk == ChunkMap.COPIED) {
        all.u16(0).u32(copied);
        copied += Format.blocks(map.copies().get(copies++).size());
      } else {
        all.u16(ChunkMap.device(chunk)).u32(ChunkMap.block(chunk));
      }
    }
  }
}
