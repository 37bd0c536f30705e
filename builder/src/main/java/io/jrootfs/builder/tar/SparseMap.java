package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which parts of a file an archive has, where the rest reads as zeros: GNU tar's own form, and its
 * three forms of PAX (GNU tar manual, "Storing Sparse Files").
 */
final class SparseMap {
  /** What the records of PAX begin with. */
  static final String PAX_PREFIX = "GNU.sparse.";

  /** Of the map in records; those of the oldest form are put together to this. */
  static final String PAX_MAP = PAX_PREFIX + "map";

  static final String PAX_NAME = PAX_PREFIX + "name";
  private static final String PAX_MAJOR = PAX_PREFIX + "major";
  private static final String PAX_SIZE = PAX_PREFIX + "size";
  private static final String PAX_REAL_SIZE = PAX_PREFIX + "realsize";

  /** More than a file system's usual holes make. */
  private static final int MAX_PARTS = 1 << 17;

  /** More than a number may have. */
  private static final int MAX_DIGITS = 20;

  private static final int NUMBER = 12;
  private static final int HEADER_PARTS = 386;
  private static final int HEADER_REAL_SIZE = 483;
  private static final int PARTS_IN_HEADER = 4;
  private static final int PARTS_IN_BLOCK = 21;

  private final ImmutableList.Builder<FileContent.Sparse.Part> parts = ImmutableList.builder();
  private int count;
  private long end;
  private long stored;

  /** Whether PAX records speak of such a file. */
  static boolean isIn(ExtendedHeaders extended) {
    return extended.get(PAX_MAP) != null || extended.get(PAX_MAJOR) != null;
  }

  /** Whether the map stands before the content, and not in a record. */
  static boolean isBeforeContent(ExtendedHeaders extended) throws BadFieldException {
    byte[] major = extended.get(PAX_MAJOR);
    if (major == null) {
      return false;
    }
    if (number(major) != 1) {
      throw new BadFieldException("sparse file in a form that is not known");
    }
    return true;
  }

  /** The size of the whole file, in bytes. */
  static long realSize(ExtendedHeaders extended) throws BadFieldException {
    byte[] size = extended.get(PAX_REAL_SIZE);
    if (size == null) {
      size = extended.get(PAX_SIZE);
    }
    if (size == null) {
      throw new BadFieldException("sparse file of unknown size");
    }
    return number(size);
  }

  /** The same from a header of GNU tar's own form. */
  static long realSize(HeaderReader header) throws BadFieldException {
    return HeaderReader.size(header.number(HEADER_REAL_SIZE, NUMBER, "realsize"));
  }

  /**
   * Takes what a header has of the map.
   *
   * @return whether a block with more of it follows
   */
  boolean addHeader(HeaderReader header) throws BadFieldException {
    return add(header, HEADER_PARTS, PARTS_IN_HEADER);
  }

  /** The same of a block that follows. */
  boolean addBlock(HeaderReader block) throws BadFieldException {
    return add(block, 0, PARTS_IN_BLOCK);
  }

  private boolean add(HeaderReader block, int from, int most) throws BadFieldException {
    int at = from;
    for (int i = 0; i < most && block.isSet(at + NUMBER); i++) {
      add(
          block.number(at, NUMBER, "offset of a sparse file's part"),
          block.number(at + NUMBER, NUMBER, "size of a sparse file's part"));
      at += 2 * NUMBER;
    }
    return block.isSet(from + most * 2 * NUMBER);
  }

  /** Takes the map of a record. */
  void addRecord(ExtendedHeaders extended) throws BadFieldException {
    byte[] map = extended.get(PAX_MAP);
    if (map == null) {
      return;
    }
    int start = 0;
    long offset = -1;
    for (int i = 0; i <= map.length; i++) {
      if (i == map.length || map[i] == ',') {
        long number = number(Arrays.copyOfRange(map, start, i));
        if (offset < 0) {
          offset = number;
        } else {
          add(offset, number);
          offset = -1;
        }
        start = i + 1;
      }
    }
    if (offset >= 0) {
      throw new BadFieldException("sparse file's map ends in the middle of a part");
    }
  }

  /**
   * Takes the map that stands before the content: lines of numbers, how many parts, then offset and
   * size of each; padded to whole blocks.
   *
   * @param size of map and content, in bytes
   * @return the map's size in bytes
   */
  long addBefore(ArchiveBytes archive, long start, long size)
      throws IOException, BadFieldException {
    NumberLines lines = new NumberLines(archive, start, size);
    long partCount = lines.next();
    for (long i = 0; i < partCount; i++) {
      add(lines.next(), lines.next());
    }
    return Math.min(size, HeaderField.padded(lines.read));
  }

  /** Numbers in an archive, one a line. */
  private static final class NumberLines {
    private final ArchiveBytes archive;
    private final long start;
    private final long size;
    private long read;

    NumberLines(ArchiveBytes archive, long start, long size) {
      this.archive = archive;
      this.start = start;
      this.size = size;
    }

    long next() throws IOException, BadFieldException {
      StringBuilder digits = new StringBuilder(MAX_DIGITS);
      byte[] one = new byte[1];
      while (read < size && digits.length() < MAX_DIGITS) {
        archive.read(start + read, one);
        read++;
        if (one[0] == '\n') {
          return number(digits.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        digits.append((char) (one[0] & 0xff));
      }
      throw new BadFieldException("sparse file's map is cut off");
    }
  }

  private void add(long offset, long size) throws BadFieldException {
    if (offset < end || size < 0 || size > Long.MAX_VALUE - offset) {
      throw new BadFieldException(
          "sparse file's part of " + size + " bytes at " + offset + " is out of order");
    }
    if (++count > MAX_PARTS) {
      throw new BadFieldException("sparse file in more than " + MAX_PARTS + " parts");
    }
    if (size > 0) {
      parts.add(new FileContent.Sparse.Part(offset, size));
    }
    end = offset + size;
    stored += size;
  }

  /** The file, of which the archive has {@code size} bytes from {@code start} on. */
  FileContent.Sparse content(Path archive, long start, long size, long realSize)
      throws BadFieldException {
    if (end > realSize || stored != size) {
      throw new BadFieldException(
          "sparse file of "
              + realSize
              + " bytes, "
              + size
              + " of them stored, has a map of "
              + stored
              + " bytes up to "
              + end);
    }
    return new FileContent.Sparse(
        new FileContent.Slice(archive, start, size), parts.build(), realSize);
  }

  /** A decimal number. */
  private static long number(byte[] text) throws BadFieldException {
    String digits = new String(text, StandardCharsets.ISO_8859_1);
    if (!digits.matches("[0-9]{1,18}")) {
      throw new BadFieldException("sparse file's map has something else than a number");
    }
    return Long.parseLong(digits);
  }
}
