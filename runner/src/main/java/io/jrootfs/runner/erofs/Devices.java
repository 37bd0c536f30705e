package io.jrootfs.runner.erofs;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.FileContent;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The files that hold the contents, as the index numbers them: 0 is the index itself, then come
 * those that are mounted with it.
 *
 * @param files in the order of their numbers, from 1 on
 */
record Devices(ImmutableList<Path> files) {
  /** An address has 32 bits, of which one value is that of a hole. */
  static final long MAX_ADDRESS = 0xffff_fffeL;

  /**
   * Where a piece of a file begins, as a {@link ChunkMap} has it; empty if it is in none of the
   * files, or not at a whole block, so that it has to be copied.
   */
  OptionalLong chunkAt(FileContent.Slice stored, long offset) {
    long at = stored.offset() + offset;
    int file = files.indexOf(stored.file());
    if (file < 0 || at % Format.BLOCK_SIZE != 0 || at / Format.BLOCK_SIZE > MAX_ADDRESS) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(ChunkMap.chunk(file + 1, at / Format.BLOCK_SIZE));
  }
}
