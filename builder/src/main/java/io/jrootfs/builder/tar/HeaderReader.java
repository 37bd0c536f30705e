package io.jrootfs.builder.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of one 512-byte header: v7, ustar, GNU ({@code "ustar "}, two spaces) and star.
 */
final class HeaderReader {
  private static final byte[] USTAR_MAGIC = "ustar\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STAR_TRAILER = "tar\0".getBytes(StandardCharsets.US_ASCII);
  private static final int STAR_TRAILER_OFFSET = 508;

  /** star keeps access and change time in the last 24 bytes of the prefix. */
  private static final int STAR_PREFIX_LENGTH = 131;

  private final byte[] block;

  HeaderReader(byte[] block) {
    this.block = block;
  }

  /** Whether this is not a header but part of the end-of-archive mark. */
  boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  char typeFlag() {
    return (char) (block[HeaderField.TYPEFLAG.offset] & 0xff);
  }

  /** Old tars summed up signed characters; both sums are in use (GNU tar manual, D.2). */
  void verifyChecksum() throws BadFieldException {
    int unsigned = 0;
    int signed = 0;
    for (int i = 0; i < block.length; i++) {
      boolean own =
          i >= HeaderField.CHKSUM.offset
              && i < HeaderField.CHKSUM.offset + HeaderField.CHKSUM.length;
      unsigned += own ? ' ' : block[i] & 0xff;
      signed += own ? ' ' : block[i];
    }
    long stored = number(HeaderField.CHKSUM);
    if (stored != unsigned && stored != signed) {
      throw new BadFieldException(
          "header checksum is " + stored + " but should be " + unsigned + "; is this a tar?");
    }
  }

  /** The same number if it can be the size of something in a file. */
  static long size(long value) throws BadFieldException {
    if (value < 0 || value > Long.MAX_VALUE - HeaderField.BLOCK_SIZE) {
      throw new BadFieldException("size " + value + " is impossible");
    }
    return value;
  }

  /** Prefix and name put together. */
  byte[] name() {
    byte[] name = bytes(HeaderField.NAME.offset, HeaderField.NAME.length);
    byte[] prefix = prefix();
    if (prefix.length == 0) {
      return name;
    }
    byte[] both = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    both[prefix.length] = '/';
    System.arraycopy(name, 0, both, prefix.length + 1, name.length);
    return both;
  }

  /** Only ustar has one: v7 has nothing here, GNU other things. */
  private byte[] prefix() {
    int magic = HeaderField.MAGIC.offset;
    if (!Arrays.equals(
        block, magic, magic + USTAR_MAGIC.length, USTAR_MAGIC, 0, USTAR_MAGIC.length)) {
      return new byte[0];
    }
    boolean isStar =
        Arrays.equals(
            block,
            STAR_TRAILER_OFFSET,
            STAR_TRAILER_OFFSET + STAR_TRAILER.length,
            STAR_TRAILER,
            0,
            STAR_TRAILER.length);
    return bytes(
        HeaderField.PREFIX.offset, isStar ? STAR_PREFIX_LENGTH : HeaderField.PREFIX.length);
  }

  byte[] linkName() {
    return bytes(HeaderField.LINKNAME.offset, HeaderField.LINKNAME.length);
  }

  /** Up to the first NUL or the end of the field. */
  private byte[] bytes(int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, offset, end);
  }

  /**
   * A number in octal digits, or, where the first byte has its high bit set, in base 256 (GNU, star
   * and later POSIX drafts). An empty field is 0, as old tars leave the device numbers of files.
   */
  long number(HeaderField field) throws BadFieldException {
    return number(field.offset, field.length, field.label());
  }

  /** The same of bytes that only some entries have for a field. */
  long number(int offset, int length, String label) throws BadFieldException {
    int first = block[offset] & 0xff;
    return (first & 0x80) != 0 ? base256(offset, length, label) : octal(offset, length, label);
  }

  /** Whether a byte is not zero. */
  boolean isSet(int offset) {
    return block[offset] != 0;
  }

  /** Two's complement, big-endian; the high bit of the first byte is only the mark. */
  private long base256(int offset, int length, String label) throws BadFieldException {
    int first = block[offset] & 0xff;
    // Bit 6 is the sign.
    long value = (first & 0x40) != 0 ? first | -0x80L : first & 0x3f;
    for (int i = offset + 1; i < offset + length; i++) {
      if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
        throw new BadFieldException(label + " has more than 64 bits");
      }
      value = value << 8 | (block[i] & 0xff);
    }
    return value;
  }

  private long octal(int offset, int length, String label) throws BadFieldException {
    int at = offset;
    int end = offset + length;
    while (at < end && block[at] == ' ') {
      at++;
    }
    long value = 0;
    while (at < end && block[at] >= '0' && block[at] <= '7') {
      value = value << 3 | (block[at] - '0');
      at++;
    }
    if (at < end && block[at] != 0 && block[at] != ' ') {
      throw new BadFieldException(label + " is not an octal number");
    }
    return value;
  }
}
