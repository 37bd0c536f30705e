package io.jrootfs.runner.erofs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * {@code struct erofs_super_block}, with the table of devices behind it.
 *
 * @param inodes how many there are
 * @param blocks of the index
 * @param metaBlock where the inodes begin
 * @param root the number of the root's; has 16 bits
 * @param devices besides the index
 */
record Superblock(long inodes, long blocks, long metaBlock, long root, int devices) {

  /** Both, with the checksum in place. */
  byte[] withDevices(List<Path> files) throws IOException {
    LittleEndian table = new LittleEndian();
    for (Path file : files) {
      table.zerosTo(table.size() + Format.DEVICE_TAG_SIZE);
      table.u32(Format.blocks(Files.size(file)));
      table.zerosTo(Format.padded(table.size(), Format.DEVICE_SLOT_SIZE));
    }
    byte[] unsummed = toByteArray(0, table.toByteArray());
    CRC32C sum = new CRC32C();
    // erofs_superblock_csum_verify (fs/erofs/super.c): of the block that the superblock begins.
    sum.update(Arrays.copyOf(unsummed, Format.BLOCK_SIZE));
    return toByteArray(~sum.getValue(), table.toByteArray());
  }

  private byte[] toByteArray(long checksum, byte[] table) {
    LittleEndian all = new LittleEndian();
    all.u32(Format.SUPER_MAGIC).u32(checksum);
    all.u32(Format.FEATURE_COMPAT_SB_CHKSUM | Format.FEATURE_COMPAT_MTIME);
    all.u8(Format.BLOCK_BITS).u8(0).u16((int) root).u64(inodes);
    all.u64(0).u32(0); // build time, which no inode refers to
    all.u32(blocks).u32(metaBlock).u32(0); // no shared attributes
    all.zerosTo(all.size() + 32L); // UUID and name of the volume
    all.u32(Format.FEATURE_INCOMPAT_CHUNKED_FILE | Format.FEATURE_INCOMPAT_DEVICE_TABLE);
    all.u16(0).u16(devices);
    all.u16((Format.SUPER_OFFSET + Format.SUPER_SIZE) / Format.DEVICE_SLOT_SIZE);
    all.zerosTo(Format.SUPER_SIZE);
    return all.bytes(table).toByteArray();
  }
}
