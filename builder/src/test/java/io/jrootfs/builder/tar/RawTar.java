package io.jrootfs.builder.tar;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds archives field by field, right or wrong. */
final class RawTar {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** One header; starts as an empty regular file in ustar format. */
  static final class Header {
    private final byte[] block = new byte[512];
    private boolean ownChecksum;

    Header(String name) {
      put(HeaderField.NAME, name);
      put(HeaderField.MODE, "0000644\0");
      put(HeaderField.UID, "0000000\0");
      put(HeaderField.GID, "0000000\0");
      put(HeaderField.SIZE, "00000000000\0");
      put(HeaderField.MTIME, "00000000000\0");
      put(HeaderField.TYPEFLAG, "0");
      put(HeaderField.MAGIC, "ustar\0");
      put(HeaderField.VERSION, "00");
    }

    @CanIgnoreReturnValue
    Header put(HeaderField field, String text) {
      return put(field, text.getBytes(StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    Header put(HeaderField field, byte[] bytes) {
      Arrays.fill(block, field.offset, field.offset + field.length, (byte) 0);
      System.arraycopy(bytes, 0, block, field.offset, bytes.length);
      ownChecksum |= field == HeaderField.CHKSUM;
      return this;
    }

    Header type(char type) {
      return put(HeaderField.TYPEFLAG, String.valueOf(type));
    }

    Header size(long size) {
      return put(HeaderField.SIZE, String.format("%011o\0", size));
    }

    private byte[] bytes() {
      if (!ownChecksum) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
          sum += b & 0xff;
        }
        put(HeaderField.CHKSUM, String.format("%06o\0 ", sum));
        ownChecksum = false;
      }
      return block;
    }
  }

  static Header header(String name) {
    return new Header(name);
  }

  static RawTar of(Header header) {
    return new RawTar().add(header);
  }

  @CanIgnoreReturnValue
  RawTar add(Header header) {
    out.writeBytes(header.bytes());
    return this;
  }

  /** Content and its padding. */
  @CanIgnoreReturnValue
  RawTar content(byte[] content) {
    out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    return this;
  }

  @CanIgnoreReturnValue
  RawTar content(String content) {
    return content(content.getBytes(StandardCharsets.UTF_8));
  }

  /** An extended header of {@code type} with {@code content}. */
  @CanIgnoreReturnValue
  RawTar extended(char type, byte[] content) {
    return add(header("extended").type(type).size(content.length)).content(content);
  }

  /** A PAX header with correct records. */
  @CanIgnoreReturnValue
  RawTar pax(String... keysAndValues) {
    return paxOfType('x', keysAndValues);
  }

  @CanIgnoreReturnValue
  RawTar globalPax(String... keysAndValues) {
    return paxOfType('g', keysAndValues);
  }

  private RawTar paxOfType(char type, String... keysAndValues) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      byte[] record =
          (" " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n")
              .getBytes(StandardCharsets.UTF_8);
      int length = record.length + 1;
      while (length != record.length + String.valueOf(length).length()) {
        length++;
      }
      records.writeBytes(String.valueOf(length).getBytes(StandardCharsets.US_ASCII));
      records.writeBytes(record);
    }
    return extended(type, records.toByteArray());
  }

  /** The archive with its end mark. */
  byte[] ended() {
    return new RawTar().raw(out.toByteArray()).raw(new byte[1024]).unended();
  }

  byte[] unended() {
    return out.toByteArray();
  }

  private RawTar raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }
}
