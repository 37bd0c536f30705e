package io.jrootfs.runner.erofs;

import com.google.common.collect.ImmutableList;
import com.google.common.io.CountingOutputStream;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a tree as an EROFS whose contents stay where they are: in tars that are mounted with it
 * ({@code mount -t erofs -o device=TAR INDEX DIRECTORY}). The same tree gives the same bytes.
 *
 * <p>The superblock and the table of devices come first, then the inodes from the root on in path
 * order, then the blocks of directories, of long links, and of what had to be copied.
 */
public final class ErofsIndex {
  /** Bytes that are copied, and chunks that are named, for no image that is worth an index. */
  private static final long MAX_EXTRA = 256L << 20;

  /** The number of devices has 16 bits. */
  private static final int MAX_DEVICES = 0xffff;

  /** Of pages: tools that read the superblock read all of the first one. */
  private static final int FILE_UNIT = 4096;

  private final Map<RootfsPath, Inode> inodes = new LinkedHashMap<>();
  private final ImmutableList<Path> devices;
  private final Omissions omissions = new Omissions();
  private final long metaBlock;
  private final long dataStart;
  private final long end;

  private ErofsIndex(Rootfs rootfs, ImmutableList<Path> devices) throws IndexException {
    this.devices = devices;
    makeInodes(rootfs);
    this.metaBlock =
        Format.blocks(
            Format.SUPER_OFFSET
                + Format.SUPER_SIZE
                + (long) devices.size() * Format.DEVICE_SLOT_SIZE);
    long position = 0;
    for (Inode inode : inodes.values()) {
      position = inode.place(position);
    }
    this.dataStart = metaBlock + Format.blocks(position);
    long block = dataStart;
    for (Inode inode : inodes.values()) {
      block = inode.placeData(block);
    }
    this.end = block;
    if (end > Devices.MAX_ADDRESS) {
      throw new IndexException(RootfsPath.ROOT, "the index would have " + end + " blocks");
    }
  }

  /**
   * Writes the index of {@code rootfs} to a file.
   *
   * @param devices the files that its contents are slices of, as they are to be mounted; what is in
   *     no file of them is copied
   * @param file replaced if it exists
   * @return what was left out, as it would be on disk: attributes that make no sense
   * @throws IndexException if the tree has something that an index cannot hold
   * @throws IOException if contents cannot be read, or the file not be written
   */
  public static ImmutableList<DirectoryWriter.Omission> write(
      Rootfs rootfs, ImmutableList<Path> devices, Path file) throws IndexException, IOException {
    if (devices.size() > MAX_DEVICES) {
      throw new IndexException(RootfsPath.ROOT, devices.size() + " layers");
    }
    ErofsIndex index = new ErofsIndex(rootfs, devices);
    try (CountingOutputStream out =
        new CountingOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      index.writeTo(out);
    }
    return index.omissions.all();
  }

  private void makeInodes(Rootfs rootfs) throws IndexException {
    Devices numbered = new Devices(devices);
    Map<RootfsPath, Inode> named = new HashMap<>();
    long extra = 0;
    for (RootfsEntry entry : rootfs.all()) {
      RootfsPath path = entry.path();
      checkLengths(entry);
      Inode inode;
      if (entry instanceof RootfsEntry.HardLink link) {
        inode = named.get(link.target());
      } else {
        byte[] xattrs = InodeXattrs.of(entry, omissions);
        inode = new Inode(entry, inodes.size() + 1, xattrs, numbered);
        inodes.put(path, inode);
        named.put(path, inode);
        extra += extra(inode);
      }
      if (extra > MAX_EXTRA) {
        throw new IndexException(
            path, "files with holes for which an index would have more than 256 MiB");
      }
      Inode parent = named.get(path.parent());
      if (inode == null || parent == null) {
        throw new IllegalStateException(path + " comes before what it belongs to");
      }
      link(parent, path, inode);
    }
  }

  /** Tars have no longer ones, but a tree may be of something else. */
  private static void checkLengths(RootfsEntry entry) throws IndexException {
    RootfsPath path = entry.path();
    int name = path.isRoot() ? 0 : bytes(path.fileName());
    if (name > Format.NAME_MAX) {
      throw new IndexException(path, "a name of " + name + " bytes");
    }
    if (entry instanceof RootfsEntry.Symlink link && bytes(link.target()) > Format.LINK_MAX) {
      throw new IndexException(path, "a link's target of " + bytes(link.target()) + " bytes");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static long extra(Inode inode) {
    ChunkMap chunks = inode.chunks();
    return chunks == null
        ? 0
        : chunks.copiedBlocks() * Format.BLOCK_SIZE
            + (chunks.chunks().length() - 1L) * Format.CHUNK_INDEX_SIZE;
  }

  private static void link(Inode parent, RootfsPath path, Inode inode) {
    inode.addLink();
    if (!path.isRoot()) {
      parent.names().add(path.fileName(), inode);
    }
    if (inode.isDirectory()) {
      inode.names().add(".", inode);
      inode.names().add("..", parent);
      if (!path.isRoot()) {
        parent.addLink();
      }
    }
  }

  private void writeTo(CountingOutputStream out) throws IOException {
    ContentBytes.zeros(Format.SUPER_OFFSET, out);
    Superblock superblock =
        new Superblock(inodes.size(), end, metaBlock, rootNumber(), devices.size());
    out.write(superblock.withDevices(devices));
    for (Inode inode : inodes.values()) {
      padTo(metaBlock * Format.BLOCK_SIZE + inode.position(), out);
      out.write(inode.toByteArray());
    }
    padTo(dataStart * Format.BLOCK_SIZE, out);
    for (Inode inode : inodes.values()) {
      writeData(inode, out);
    }
    padTo(end * Format.BLOCK_SIZE, out);
    padTo(Format.padded(out.getCount(), FILE_UNIT), out);
  }

  private long rootNumber() {
    return inodes.values().iterator().next().number();
  }

  private static void padTo(long position, CountingOutputStream out) throws IOException {
    ContentBytes.zeros(position - out.getCount(), out);
  }

  private static void writeData(Inode inode, CountingOutputStream out) throws IOException {
    ChunkMap chunks = inode.chunks();
    if (chunks != null) {
      for (ChunkMap.Copy copy : chunks.copies()) {
        ContentBytes.write(copy, out);
        endBlock(out);
      }
    } else if (inode.hasBlocks()) {
      out.write(inode.isDirectory() ? inode.names().toByteArray() : inode.linkText());
      endBlock(out);
    }
  }

  private static void endBlock(CountingOutputStream out) throws IOException {
    padTo(Format.padded(out.getCount(), Format.BLOCK_SIZE), out);
  }
}
