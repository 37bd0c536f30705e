package io.jrootfs.runner.erofs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The names in a directory, {@code .} and {@code ..} among them, sorted by their bytes. Each block
 * begins with the entries of its names, behind which the names stand (erofs.rst, "Directories").
 */
final class DirectoryBlocks {
  /** A name and what it leads to. */
  private static final class Name {
    private final byte[] bytes;
    private final Inode inode;

    Name(byte[] bytes, Inode inode) {
      this.bytes = bytes;
      this.inode = inode;
    }
  }

  private final List<Name> names = new ArrayList<>();

  void add(String name, Inode inode) {
    names.add(new Name(name.getBytes(StandardCharsets.UTF_8), inode));
  }

  /** In bytes; the last block ends with its last name. */
  long size() {
    long size = 0;
    int used = 0;
    for (Name name : sorted()) {
      int wanted = Format.DIRENT_SIZE + name.bytes.length;
      if (used + wanted > Format.BLOCK_SIZE) {
        size += Format.BLOCK_SIZE;
        used = 0;
      }
      used += wanted;
    }
    return size + used;
  }

  /** All of it, when all inodes have their numbers. */
  byte[] toByteArray() {
    LittleEndian all = new LittleEndian();
    List<Name> block = new ArrayList<>();
    int used = 0;
    for (Name name : sorted()) {
      int wanted = Format.DIRENT_SIZE + name.bytes.length;
      if (used + wanted > Format.BLOCK_SIZE) {
        write(block, all);
        all.zerosTo(Format.padded(all.size(), Format.BLOCK_SIZE));
        block.clear();
        used = 0;
      }
      block.add(name);
      used += wanted;
    }
    write(block, all);
    return all.toByteArray();
  }

  private static void write(List<Name> block, LittleEndian all) {
    int nameOffset = block.size() * Format.DIRENT_SIZE;
    for (Name name : block) {
      all.u64(name.inode.number()).u16(nameOffset).u8(name.inode.fileType()).u8(0);
      nameOffset += name.bytes.length;
    }
    block.forEach(name -> all.bytes(name.bytes));
  }

  private List<Name> sorted() {
    names.sort((one, other) -> Arrays.compareUnsigned(one.bytes, other.bytes));
    return names;
  }
}
