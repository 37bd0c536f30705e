package io.jrootfs.runner.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The value of the attribute that holds a program's capabilities (capabilities(7)). */
final class FileCapability {
  static final String NAME = "security.capability";

  /** {@code XATTR_CAPS_SZ_2} and {@code _3}, {@code VFS_CAP_REVISION_*} of linux/capability.h. */
  private static final int SIZE_2 = 20;

  private static final int SIZE_3 = 24;
  private static final int ROOT_ID = 20;
  private static final int REVISION_2 = 0x0200_0000;
  private static final int REVISION_3 = 0x0300_0000;
  private static final int FLAG_EFFECTIVE = 1;

  private FileCapability() {}

  /** Whether {@code cap_convert_nscap} (security/commoncap.c) would let it be set. */
  static boolean isValid(byte[] value) {
    if (value.length != SIZE_2 && value.length != SIZE_3) {
      return false;
    }
    ByteBuffer fields = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    if (value.length == SIZE_3 && fields.getInt(ROOT_ID) == -1) {
      return false;
    }
    int magic = fields.getInt();
    return (magic & ~FLAG_EFFECTIVE) == (value.length == SIZE_2 ? REVISION_2 : REVISION_3);
  }
}
