package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads an uncompressed tar that lies in a file: v7, ustar, PAX and GNU, as GNU tar, bsdtar, Go and
 * others write them.
 *
 * <p>Contents are not read, only located. What an archive may not do to us is refused, naming entry
 * and offset: names with {@code ..} or NUL, names that are not UTF-8, sizes beyond the archive, bad
 * checksums, a missing end mark. What we cannot represent is refused too: multi-volume archives,
 * entries of unknown type. NFSv4 ACLs, SELinux labels and file flags are left out, and named beside
 * the entry; access and change times are left out.
 */
public final class TarReader {
  private final Path file;
  private final ArchiveBytes bytes;
  private final long end;

  /** Zeros that sparse files of any archive may have: bytes. */
  private static final long FREE_HOLES = 1L << 30;

  /** And how many for each byte of it; what compresses best comes to as much. */
  private static final int HOLES_PER_BYTE = 1000;

  private final long mostHoles;
  private long holes;

  /** Where the next header is. */
  private long position;

  private TarReader(FileContent.Slice archive, FileChannel channel, long fileSize) {
    this.file = archive.file();
    this.position = archive.offset();
    // A slice may promise more than the file has; then the archive is cut off, and we shall see.
    this.end =
        archive.size() > fileSize - archive.offset()
            ? Math.max(fileSize, archive.offset())
            : archive.offset() + archive.size();
    this.bytes = new ArchiveBytes(channel, end);
    this.mostHoles =
        Math.max(FREE_HOLES, LongMath.saturatedMultiply(end - position, HOLES_PER_BYTE));
  }

  /**
   * All entries in archive order; the same name may come several times.
   *
   * @param archive where the tar lies
   * @throws TarFormatException if it is not a tar, damaged, or refused
   * @throws IOException if the file cannot be read
   */
  public static ImmutableList<TarMember> read(FileContent.Slice archive)
      throws IOException, TarFormatException {
    try (FileChannel channel = FileChannel.open(archive.file(), StandardOpenOption.READ)) {
      TarReader reader = new TarReader(archive, channel, channel.size());
      ImmutableList.Builder<TarMember> members = ImmutableList.builder();
      ExtendedHeaders extended = new ExtendedHeaders();
      TarMember member = reader.next(extended);
      while (member != null) {
        members.add(member);
        member = reader.next(extended);
      }
      return members.build();
    }
  }

  /**
   * All entries of a file that is a tar as a whole.
   *
   * @throws TarFormatException if it is not a tar, damaged, or refused
   * @throws IOException if the file cannot be read
   */
  public static ImmutableList<TarMember> read(Path archive) throws IOException, TarFormatException {
    try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
      return read(new FileContent.Slice(archive, 0, channel.size()));
    }
  }

  private @Nullable TarMember next(ExtendedHeaders extended)
      throws IOException, TarFormatException {
    extended.reset();
    while (true) {
      long offset = position;
      String name = "";
      try {
        HeaderReader header = header();
        if (header == null) {
          extended.checkNonePending();
          return null;
        }
        name = new String(header.name(), StandardCharsets.UTF_8);
        header.verifyChecksum();
        char type = header.typeFlag();
        if (ExtendedHeaders.isExtended(type)) {
          extended.accept(type, body(header, ExtendedHeaders.MAX_SIZE));
        } else if (type == TypeFlag.GNU_VOLUME_LABEL) {
          skip(HeaderReader.size(header.number(HeaderField.SIZE)));
        } else {
          name = extended.name(header);
          return member(offset, name, header, extended);
        }
      } catch (BadFieldException e) {
        throw new TarFormatException(file, offset, name, e.reason());
      }
    }
  }

  /** Null at the end of the archive: two zero blocks, or one that nothing follows. */
  private @Nullable HeaderReader header() throws IOException, BadFieldException {
    if (position == end) {
      throw new BadFieldException("the archive ends without an end mark; it is cut off or no tar");
    }
    HeaderReader header = block();
    if (!header.isZero()) {
      return header;
    }
    if (position < end && !block().isZero()) {
      throw new BadFieldException("a zero block is not the end of the archive; more follows");
    }
    return null;
  }

  private HeaderReader block() throws IOException, BadFieldException {
    checkRoom(HeaderField.BLOCK_SIZE, "header");
    byte[] block = new byte[HeaderField.BLOCK_SIZE];
    bytes.read(position, block);
    position += HeaderField.BLOCK_SIZE;
    return new HeaderReader(block);
  }

  private byte[] body(HeaderReader header, int max) throws IOException, BadFieldException {
    long size = HeaderReader.size(header.number(HeaderField.SIZE));
    if (size > max) {
      throw new BadFieldException(
          "extended header of " + size + " bytes; no more than " + max + " are accepted");
    }
    long start = skip(size);
    byte[] body = new byte[(int) size];
    bytes.read(start, body);
    return body;
  }

  /** Goes on behind {@code size} bytes and their padding, and says where they start. */
  private long skip(long size) throws BadFieldException {
    checkRoom(size, "content");
    long start = position;
    // Only the last entry's padding may be missing, and then there is no end mark: see header().
    position = Math.min(end, start + HeaderField.padded(size));
    return start;
  }

  private void checkRoom(long size, String what) throws BadFieldException {
    if (size > end - position) {
      throw new BadFieldException(
          what + " of " + size + " bytes ends past the end of the archive at byte " + end);
    }
  }

  private TarMember member(long offset, String name, HeaderReader header, ExtendedHeaders extended)
      throws IOException, BadFieldException {
    EntryFields fields = new EntryFields(header, extended);
    RootfsPath path = Text.path(name, "name");
    long size = fields.size();
    char type = header.typeFlag();
    boolean isRegular =
        type == TypeFlag.REGULAR
            || type == TypeFlag.OLD_REGULAR
            || type == TypeFlag.CONTIGUOUS
            || type == TypeFlag.GNU_SPARSE;
    if (isRegular && name.endsWith("/")) {
      // How v7 tar, which had no type for them, wrote directories.
      type = TypeFlag.DIRECTORY;
      isRegular = false;
    }
    if (path.isRoot() && type != TypeFlag.DIRECTORY) {
      throw new BadFieldException("the root of the archive is not a directory");
    }
    Metadata metadata = fields.metadata();
    if (isRegular) {
      FileContent content = content(header, extended, size);
      return fields.member(offset, name, new RootfsEntry.RegularFile(path, metadata, content));
    }
    RootfsEntry entry = fields.withoutContent(type, path, metadata);
    if (size != 0) {
      throw new BadFieldException("type '" + type + "' has " + size + " bytes of content");
    }
    return fields.member(offset, name, entry);
  }

  /** What the archive has of a regular file: all of it, or the parts that are not holes. */
  private FileContent content(HeaderReader header, ExtendedHeaders extended, long size)
      throws IOException, BadFieldException {
    if (header.typeFlag() == TypeFlag.GNU_SPARSE) {
      SparseMap map = new SparseMap();
      boolean goesOn = map.addHeader(header);
      while (goesOn) {
        goesOn = map.addBlock(block());
      }
      return limited(map.content(file, skip(size), size, SparseMap.realSize(header)));
    }
    if (!SparseMap.isIn(extended)) {
      return new FileContent.Slice(file, skip(size), size);
    }
    SparseMap map = new SparseMap();
    long start = skip(size);
    long mapSize = 0;
    if (SparseMap.isBeforeContent(extended)) {
      mapSize = map.addBefore(bytes, start, size);
    } else {
      map.addRecord(extended);
    }
    return limited(
        map.content(file, start + mapSize, size - mapSize, SparseMap.realSize(extended)));
  }

  /** Holes cost an archive nothing, and whoever reads them much. */
  private FileContent limited(FileContent.Sparse content) throws BadFieldException {
    holes += content.size() - content.stored().size();
    if (holes < 0 || holes > mostHoles) {
      throw new BadFieldException(
          "sparse files of which the archive stores less than a thousandth, more than "
              + mostHoles
              + " bytes in all, are refused");
    }
    return content;
  }
}
