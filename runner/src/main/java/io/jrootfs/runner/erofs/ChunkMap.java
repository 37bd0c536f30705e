package io.jrootfs.runner.erofs;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.FileContent.Sparse;
import java.util.OptionalLong;

/**
 * Where the content of a regular file is, in chunks of one size: in a tar, in a hole, or copied
 * into the index, as what does not begin with a block of a tar has to be.
 *
 * @param chunkBits two-logarithm of a chunk's size in blocks
 * @param chunks one for each: {@link #HOLE}, {@link #COPIED}, or what {@link #chunk} makes of its
 *     place
 * @param copies the bytes of those that are copied, in order
 */
record ChunkMap(int chunkBits, ImmutableLongArray chunks, ImmutableList<Copy> copies) {
  static final long HOLE = -1;
  static final long COPIED = -2;

  /** Of a file with holes; more are avoided by larger ones. */
  private static final int MOST_CHUNKS = 1 << 16;

  /** Of a file with holes: a page, the smallest hole that file systems commonly make. */
  private static final int LEAST_BITS = 3;

  /**
   * A part of a file that is copied.
   *
   * @param from first byte
   * @param size in bytes
   */
  record Copy(FileContent content, long from, long size) {}

  static long chunk(int device, long block) {
    return (long) device << Integer.SIZE | block;
  }

  static int device(long chunk) {
    return (int) (chunk >> Integer.SIZE);
  }

  static int block(long chunk) {
    return (int) chunk;
  }

  /** The map of a file that has bytes. */
  static ChunkMap of(FileContent content, Devices devices) {
    if (content instanceof Sparse sparse) {
      return new SparseChunks(sparse, devices).map();
    }
    OptionalLong start =
        content instanceof FileContent.Slice slice
            ? devices.chunkAt(slice, 0)
            : OptionalLong.empty();
    int bits = bitsOfWhole(content.size());
    long chunkBlocks = 1L << bits;
    ImmutableLongArray.Builder chunks = ImmutableLongArray.builder();
    ImmutableList.Builder<Copy> copies = ImmutableList.builder();
    long blocks = Format.blocks(content.size());
    for (long block = 0; block < blocks; block += chunkBlocks) {
      chunks.add(start.isPresent() ? start.getAsLong() + block : COPIED);
      if (start.isEmpty()) {
        long from = block << Format.BLOCK_BITS;
        long size = Math.min(content.size() - from, chunkBlocks << Format.BLOCK_BITS);
        copies.add(new Copy(content, from, size));
      }
    }
    return new ChunkMap(bits, chunks.build(), copies.build());
  }

  /** One chunk for all, as long as the format has a size for it. */
  private static int bitsOfWhole(long size) {
    long last = Format.blocks(size) - 1;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(last);
    return Math.min(bits, Format.CHUNK_FORMAT_BLKBITS_MAX);
  }

  /** Bytes that are copied, each copy in whole blocks. */
  long copiedBlocks() {
    long blocks = 0;
    for (Copy copy : copies) {
      blocks += Format.blocks(copy.size());
    }
    return blocks;
  }

  /** The chunks of a file with holes. */
  private static final class SparseChunks {
    private final Sparse content;
    private final Devices devices;
    private final int bits;
    private final ImmutableLongArray.Builder chunks = ImmutableLongArray.builder();
    private final ImmutableList.Builder<Copy> copies = ImmutableList.builder();

    /** The first part that does not end before the chunk, and where its bytes are stored. */
    private int part;

    private long stored;

    SparseChunks(Sparse content, Devices devices) {
      this.content = content;
      this.devices = devices;
      int chosen = LEAST_BITS;
      while (content.size() >> (chosen + Format.BLOCK_BITS) > MOST_CHUNKS) {
        chosen++;
      }
      this.bits = chosen;
    }

    ChunkMap map() {
      long chunkSize = (long) Format.BLOCK_SIZE << bits;
      for (long from = 0; from < content.size(); from += chunkSize) {
        long to = Math.min(content.size(), from + chunkSize);
        while (part < content.parts().size() && end(content.parts().get(part)) <= from) {
          stored += content.parts().get(part).size();
          part++;
        }
        chunks.add(chunk(from, to));
      }
      return new ChunkMap(bits, chunks.build(), copies.build());
    }

    private long chunk(long from, long to) {
      if (part == content.parts().size() || content.parts().get(part).offset() >= to) {
        return HOLE;
      }
      Sparse.Part first = content.parts().get(part);
      if (first.offset() <= from && end(first) >= to) {
        OptionalLong place = devices.chunkAt(content.stored(), stored + from - first.offset());
        if (place.isPresent()) {
          return place.getAsLong();
        }
      }
      copies.add(new Copy(content, from, to - from));
      return COPIED;
    }

    private static long end(Sparse.Part part) {
      return part.offset() + part.size();
    }
  }
}
