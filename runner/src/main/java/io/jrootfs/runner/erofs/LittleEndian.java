package io.jrootfs.runner.erofs;

import java.util.Arrays;

/**
 * A structure that grows, field by field. Each inode is one, made in a JVM that has just started:
 * hence plain stores, and no stream whose every byte is a call.
 */
final class LittleEndian {
  /** Arrays of more are refused by some JVMs. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[Format.INODE_SIZE + Format.CHUNK_INDEX_SIZE];
  private int size;

  LittleEndian u8(int value) {
    int at = grow(1);
    bytes[at] = (byte) value;
    return this;
  }

  LittleEndian u16(int value) {
    int at = grow(2);
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    return this;
  }

  LittleEndian u32(long value) {
    int at = grow(4);
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) (value >>> 16);
    bytes[at + 3] = (byte) (value >>> 24);
    return this;
  }

  LittleEndian u64(long value) {
    return u32(value).u32(value >>> 32);
  }

  LittleEndian bytes(byte[] value) {
    int at = grow(value.length);
    System.arraycopy(value, 0, bytes, at, value.length);
    return this;
  }

  /** Zeros up to {@code end}, which is not less than there is. */
  LittleEndian zerosTo(long end) {
    if (end < size) {
      throw new IllegalArgumentException("zeros to " + end + " of " + size + " bytes");
    }
    grow(Math.toIntExact(end - size));
    return this;
  }

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Makes room that is zero, and says where it begins. */
  private int grow(int count) {
    int start = size;
    size = Math.addExact(size, count);
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, (int) Math.min(2L * bytes.length, MOST)));
    }
    return start;
  }
}
