package io.jrootfs.runner.erofs;

import java.io.ByteArrayOutputStream;

/** A structure that grows, field by field. */
final class LittleEndian {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LittleEndian u8(int value) {
    bytes.write(value);
    return this;
  }

  LittleEndian u16(int value) {
    return u8(value).u8(value >>> 8);
  }

  LittleEndian u32(long value) {
    return u16((int) value).u16((int) (value >>> 16));
  }

  LittleEndian u64(long value) {
    return u32(value).u32(value >>> 32);
  }

  LittleEndian bytes(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  /** Zeros up to {@code size}, which is not less than there is. */
  LittleEndian zerosTo(long size) {
    return bytes(new byte[Math.toIntExact(size - bytes.size())]);
  }

  int size() {
    return bytes.size();
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
