package io.jrootfs.runner.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The value of the attributes that hold an access control list ({@code
 * uapi/linux/posix_acl_xattr.h}): a version, then entries of tag, permissions and id.
 *
 * <p>EROFS gives it to the kernel as it is, which then refuses every access to a file whose list
 * makes no sense; other file systems refuse such a list when it is set, and change others.
 */
final class AccessControlList {
  static final String ACCESS = "system.posix_acl_access";
  static final String DEFAULT = "system.posix_acl_default";

  private static final int VERSION = 2;
  private static final int HEADER_SIZE = 4;
  private static final int ENTRY_SIZE = 8;
  private static final int USER_OBJ = 0x01;
  private static final int USER = 0x02;
  private static final int GROUP_OBJ = 0x04;
  private static final int GROUP = 0x08;
  private static final int MASK = 0x10;
  private static final int OTHER = 0x20;

  private AccessControlList() {}

  /** Whether it is none: setting it takes away the one there is. */
  static boolean isEmpty(byte[] value) {
    return value.length == 0
        || (value.length == HEADER_SIZE && littleEndian(value).getInt() == VERSION);
  }

  /** The error of setxattr(2) for one that is not empty, or "" ({@code posix_acl_from_xattr}). */
  static String refusal(byte[] value) {
    if (value.length < HEADER_SIZE) {
      return "EINVAL";
    }
    if (littleEndian(value).getInt() != VERSION) {
      return "ENOTSUP";
    }
    return (value.length - HEADER_SIZE) % ENTRY_SIZE == 0 && isValid(value) ? "" : "EINVAL";
  }

  /** Whether {@code posix_acl_valid} (fs/posix_acl.c) lets it pass. */
  private static boolean isValid(byte[] value) {
    ByteBuffer list = littleEndian(value).position(HEADER_SIZE);
    int last = 0;
    boolean isNaming = false;
    while (list.hasRemaining()) {
      int tag = list.getShort() & 0xffff;
      int permissions = list.getShort() & 0xffff;
      int id = list.getInt();
      boolean names = tag == USER || tag == GROUP;
      // In the order of the tags, which are single bits, and only those that name may repeat.
      if (permissions > 7 || !isKnown(tag) || tag < last || (tag == last && !names)) {
        return false;
      }
      if (skips(last, tag) || (names && id == -1)) {
        return false;
      }
      isNaming |= names;
      if (tag == OTHER && isNaming && last != MASK) {
        return false;
      }
      last = tag;
    }
    return last == OTHER;
  }

  private static boolean isKnown(int tag) {
    return Integer.bitCount(tag) == 1 && tag <= OTHER;
  }

  /** Owner and group must be there. */
  private static boolean skips(int last, int tag) {
    return (last < USER_OBJ && tag > USER_OBJ) || (last < GROUP_OBJ && tag > GROUP_OBJ);
  }

  /** Whether a valid one says no more than a mode ({@code posix_acl_equiv_mode}). */
  static boolean isMode(byte[] value) {
    return value.length == HEADER_SIZE + 3 * ENTRY_SIZE;
  }

  /**
   * A valid one that agrees with the file's mode, as chmod(2) makes it ({@code posix_acl_chmod}).
   */
  static byte[] withMode(byte[] value, int mode) {
    byte[] changed = value.clone();
    ByteBuffer list = littleEndian(changed);
    boolean hasMask = false;
    for (int at = HEADER_SIZE; at < value.length; at += ENTRY_SIZE) {
      hasMask |= list.getShort(at) == MASK;
    }
    int groupClass = hasMask ? MASK : GROUP_OBJ;
    for (int at = HEADER_SIZE; at < value.length; at += ENTRY_SIZE) {
      int tag = list.getShort(at);
      int shift = tag == USER_OBJ ? 6 : tag == groupClass ? 3 : tag == OTHER ? 0 : -1;
      if (shift >= 0) {
        list.putShort(at + Short.BYTES, (short) (mode >> shift & 7));
      }
    }
    return changed;
  }

  private static ByteBuffer littleEndian(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
  }
}
