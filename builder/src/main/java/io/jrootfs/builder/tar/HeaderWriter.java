package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.Metadata;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of one entry: a ustar block, and before it a PAX block with whatever does not fit.
 *
 * <p>The bytes depend on the arguments alone: PAX records are sorted, and a PAX block has a fixed
 * name, mode, owner and time.
 */
final class HeaderWriter {
  /** The largest value of a field of 8 or 12 characters: octal digits and a NUL. */
  private static final long MAX_OCTAL_8 = 07777777L;

  private static final long MAX_OCTAL_12 = 077777777777L;

  /** For readers that do not know PAX this is a file's name; none clashes with it. */
  private static final String PAX_BLOCK_NAME = "././@PaxHeader";

  private final SortedMap<String, byte[]> pax = new TreeMap<>();
  private final byte[] block = new byte[HeaderField.BLOCK_SIZE];

  /**
   * @param type of {@link TypeFlag}
   * @param name relative; a directory's ends with a slash
   */
  HeaderWriter(char type, String name) {
    block[HeaderField.TYPEFLAG.offset] = (byte) type;
    name(name);
    octal(HeaderField.MODE, 0);
    octal(HeaderField.UID, 0);
    octal(HeaderField.GID, 0);
    octal(HeaderField.SIZE, 0);
    octal(HeaderField.MTIME, 0);
    octal(HeaderField.DEVMAJOR, 0);
    octal(HeaderField.DEVMINOR, 0);
    put(HeaderField.MAGIC, "ustar\0".getBytes(StandardCharsets.US_ASCII));
    put(HeaderField.VERSION, "00".getBytes(StandardCharsets.US_ASCII));
  }

  /** Mode, owner and time; extended attributes are {@link #xattrs}. */
  HeaderWriter metadata(Metadata metadata) {
    octal(HeaderField.MODE, metadata.mode());
    number(HeaderField.UID, "uid", metadata.uid(), MAX_OCTAL_8);
    number(HeaderField.GID, "gid", metadata.gid(), MAX_OCTAL_8);
    number(HeaderField.MTIME, "mtime", metadata.mtime(), MAX_OCTAL_12);
    return this;
  }

  HeaderWriter xattrs(ImmutableSortedMap<String, Bytes> xattrs) {
    for (Map.Entry<String, Bytes> xattr : xattrs.entrySet()) {
      pax.put(PaxRecords.xattrKey(xattr.getKey()), xattr.getValue().toByteArray());
    }
    return this;
  }

  /** Bytes of content that follow. */
  HeaderWriter size(long size) {
    number(HeaderField.SIZE, "size", size, MAX_OCTAL_12);
    return this;
  }

  HeaderWriter device(int major, int minor) {
    octal(HeaderField.DEVMAJOR, major);
    octal(HeaderField.DEVMINOR, minor);
    return this;
  }

  /** The whole header, in blocks of 512 bytes. */
  byte[] bytes() {
    checksum();
    if (pax.isEmpty()) {
      return block;
    }
    byte[] records = PaxRecords.encode(pax);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        new HeaderWriter(TypeFlag.PAX_HEADER, PAX_BLOCK_NAME)
            .metadata(Metadata.ofMode(0644))
            .size(records.length)
            .bytes());
    all.writeBytes(Arrays.copyOf(records, (int) HeaderField.padded(records.length)));
    all.writeBytes(block);
    return all.toByteArray();
  }

  /**
   * An ASCII name of up to 100 bytes, or one that can be cut at a slash into 155 and 100, fits the
   * block; every other goes to PAX, where names are UTF-8 by definition.
   */
  private void name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int cut = isAscii(bytes) ? cut(bytes) : -1;
    if (cut == 0) {
      put(HeaderField.NAME, bytes);
    } else if (cut > 0) {
      put(HeaderField.PREFIX, Arrays.copyOf(bytes, cut));
      put(HeaderField.NAME, Arrays.copyOfRange(bytes, cut + 1, bytes.length));
    } else {
      pax.put(PaxRecords.PATH, bytes);
      put(HeaderField.NAME, asciiBeginning(bytes, HeaderField.NAME.length));
    }
  }

  /** 0 if the name fits uncut, else the index of the slash to cut at, or -1 if there is none. */
  private static int cut(byte[] name) {
    if (name.length <= HeaderField.NAME.length) {
      return 0;
    }
    int first = name.length - HeaderField.NAME.length - 1;
    for (int i = Math.max(first, 1); i <= HeaderField.PREFIX.length && i < name.length - 1; i++) {
      if (name[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  /** What a link points to. */
  HeaderWriter linkName(String linkName) {
    byte[] bytes = linkName.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > HeaderField.LINKNAME.length || !isAscii(bytes)) {
      pax.put(PaxRecords.LINKPATH, bytes);
      bytes = asciiBeginning(bytes, HeaderField.LINKNAME.length);
    }
    put(HeaderField.LINKNAME, bytes);
    return this;
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] asciiBeginning(byte[] bytes, int length) {
    byte[] ascii = Arrays.copyOf(bytes, Math.min(bytes.length, length));
    for (int i = 0; i < ascii.length; i++) {
      if (ascii[i] < 0) {
        ascii[i] = '_';
      }
    }
    return ascii;
  }

  private void number(HeaderField field, String paxKey, long value, long max) {
    boolean fits = value >= 0 && value <= max;
    octal(field, fits ? value : 0);
    if (!fits) {
      pax.put(paxKey, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Octal digits to the field's end, but for a NUL. */
  private void octal(HeaderField field, long value) {
    octalDigits(field, value, field.length - 1);
  }

  private void octalDigits(HeaderField field, long value, int width) {
    for (int i = 0; i < width; i++) {
      block[field.offset + i] = (byte) ('0' + ((value >>> (3 * (width - 1 - i))) & 7));
    }
  }

  private void put(HeaderField field, byte[] bytes) {
    System.arraycopy(bytes, 0, block, field.offset, bytes.length);
  }

  /** Taken with the field itself full of spaces; ends with NUL and space, as v7 tar wrote it. */
  private void checksum() {
    put(HeaderField.CHKSUM, "        ".getBytes(StandardCharsets.US_ASCII));
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octalDigits(HeaderField.CHKSUM, sum, 6);
    block[HeaderField.CHKSUM.offset + 6] = 0;
  }
}
