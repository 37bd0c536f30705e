package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Netlink messages as the kernel reads them (linux/netlink.h): numbers in the machine's own order,
 * everything on boundaries of four bytes, a length before what it is the length of.
 */
final class NetlinkWriter {
  /** Flags of a message. */
  static final int REQUEST = 0x1;

  static final int ACK = 0x4;
  static final int EXCL = 0x200;
  static final int CREATE = 0x400;
  static final int APPEND = 0x800;

  private static final int NESTED = 0x8000;

  /** Where the flags are in a message. */
  private static final int FLAGS = 6;

  private int last;
  private ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());

  /** Writes what is inside of something. */
  @FunctionalInterface
  interface Content {
    void writeTo(NetlinkWriter out);
  }

  /** A message: struct nlmsghdr and its content. */
  NetlinkWriter message(int type, int flags, Content content) {
    int start = bytes.position();
    last = start;
    u32(0);
    u16(type);
    u16(flags);
    u32(0);
    u32(0);
    content.writeTo(this);
    bytes.putInt(start, bytes.position() - start);
    return this;
  }

  /** Has the last message answered. */
  NetlinkWriter acknowledged() {
    bytes.putShort(last + FLAGS, (short) (bytes.getShort(last + FLAGS) | ACK));
    return this;
  }

  NetlinkWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  NetlinkWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  NetlinkWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** In network byte order, as netfilter has it. */
  NetlinkWriter be16(int value) {
    return raw((byte) (value >> 8), (byte) value);
  }

  /** An attribute: struct nlattr, what it is, and up to three bytes of nothing. */
  NetlinkWriter bytes(int type, byte... value) {
    return attribute(type, out -> out.raw(value));
  }

  NetlinkWriter text(int type, String value) {
    return bytes(type, Arrays.copyOf(value.getBytes(StandardCharsets.UTF_8), value.length() + 1));
  }

  NetlinkWriter u32(int type, int value) {
    return attribute(type, out -> out.u32(value));
  }

  NetlinkWriter be32(int type, int value) {
    return bytes(type, bigEndian(value));
  }

  NetlinkWriter nested(int type, Content content) {
    return attribute(type | NESTED, content);
  }

  private NetlinkWriter attribute(int type, Content content) {
    int start = bytes.position();
    u16(0);
    u16(type);
    content.writeTo(this);
    bytes.putShort(start, (short) (bytes.position() - start));
    while (bytes.position() % 4 != 0) {
      u8(0);
    }
    return this;
  }

  private NetlinkWriter raw(byte... value) {
    room(value.length).put(value);
    return this;
  }

  static byte[] bigEndian(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] hostOrder(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  int position() {
    return bytes.position();
  }

  private ByteBuffer room(int size) {
    if (bytes.remaining() < size) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * bytes.capacity() + size).order(ByteOrder.nativeOrder());
      bytes.flip();
      bytes = larger.put(bytes);
    }
    return bytes;
  }

  ImmutableList<Byte> written() {
    ImmutableList.Builder<Byte> all = ImmutableList.builder();
    for (int i = 0; i < bytes.position(); i++) {
      all.add(bytes.get(i));
    }
    return all.build();
  }
}
