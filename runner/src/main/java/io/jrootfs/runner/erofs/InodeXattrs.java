package io.jrootfs.runner.erofs;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The extended attributes of an inode, as they stand behind it. What setxattr(2) would refuse for a
 * file of that kind is left out, as it is when an image is unpacked: nothing looks at it here
 * before the kernel takes it for granted.
 */
final class InodeXattrs {
  private static final int MAX_VALUE = 0xffff;

  /** {@code i_xattr_icount} has 16 bits. */
  private static final int MAX_SIZE = Format.XATTR_HEADER_SIZE + (0xffff - 1) * Format.XATTR_UNIT;

  /** xattr(7): XATTR_NAME_MAX. */
  private static final int MAX_NAME = 255;

  /** {@code EROFS_XATTR_INDEX_*}; a name that is one of them whole has nothing behind it. */
  private record Prefix(int index, String text, boolean isWhole) {
    boolean fits(String name) {
      return isWhole ? name.equals(text) : name.startsWith(text) && name.length() > text.length();
    }
  }

  private static final ImmutableList<Prefix> PREFIXES =
      ImmutableList.of(
          new Prefix(1, "user.", false),
          new Prefix(2, AccessControlList.ACCESS, true),
          new Prefix(3, AccessControlList.DEFAULT, true),
          new Prefix(4, "trusted.", false),
          new Prefix(6, "security.", false));

  private static final byte[] NONE = new byte[0];

  private InodeXattrs() {}

  /**
   * The bytes that follow the inode; none if there is no attribute.
   *
   * @param omissions takes what is left out
   * @throws IndexException if there are more or larger ones than an inode takes
   */
  static byte[] of(RootfsEntry entry, Omissions omissions) throws IndexException {
    if (entry.metadata().xattrs().isEmpty()) {
      return NONE;
    }
    LittleEndian all = new LittleEndian().zerosTo(Format.XATTR_HEADER_SIZE);
    for (Map.Entry<String, Bytes> xattr : entry.metadata().xattrs().entrySet()) {
      String name = xattr.getKey();
      byte[] value = xattr.getValue().toByteArray();
      String refusal = refusal(entry, name, value);
      if (!refusal.isEmpty()) {
        omissions.add("extended attribute " + name + ": " + refusal, entry.path());
      } else if (name.equals(AccessControlList.ACCESS)) {
        if (!AccessControlList.isEmpty(value) && !AccessControlList.isMode(value)) {
          add(all, entry, name, AccessControlList.withMode(value, entry.metadata().mode()));
        }
      } else if (!name.equals(AccessControlList.DEFAULT) || !AccessControlList.isEmpty(value)) {
        add(all, entry, name, value);
      }
    }
    if (all.size() > MAX_SIZE) {
      throw new IndexException(
          entry.path(),
          "extended attributes of " + all.size() + " bytes; an index takes " + MAX_SIZE);
    }
    return all.size() == Format.XATTR_HEADER_SIZE ? NONE : all.toByteArray();
  }

  private static void add(LittleEndian all, RootfsEntry entry, String name, byte[] value)
      throws IndexException {
    Prefix prefix = PREFIXES.stream().filter(known -> known.fits(name)).findFirst().orElseThrow();
    byte[] rest = name.substring(prefix.text().length()).getBytes(StandardCharsets.UTF_8);
    if (value.length > MAX_VALUE || prefix.text().length() + rest.length > MAX_NAME) {
      throw new IndexException(
          entry.path(),
          "extended attribute with a name or a value that is too long: " + value.length + " bytes");
    }
    all.u8(rest.length).u8(prefix.index()).u16(value.length).bytes(rest).bytes(value);
    all.zerosTo(Format.padded(all.size(), Format.XATTR_UNIT));
  }

  /** The error of setxattr(2), or empty. */
  private static String refusal(RootfsEntry entry, String name, byte[] value) {
    boolean isDirectory = entry instanceof RootfsEntry.Directory;
    if (PREFIXES.stream().noneMatch(prefix -> prefix.fits(name))) {
      return PREFIXES.stream().anyMatch(prefix -> prefix.text().equals(name))
          ? "EINVAL"
          : "ENOTSUP";
    }
    if (name.startsWith("user.") && !isDirectory && !(entry instanceof RootfsEntry.RegularFile)) {
      return "EPERM"; // xattr(7)
    }
    if (name.equals(FileCapability.NAME)) {
      return FileCapability.isValid(value) ? "" : "EINVAL";
    }
    boolean isList =
        name.equals(AccessControlList.ACCESS) || name.equals(AccessControlList.DEFAULT);
    return isList ? refusalOfList(entry, name, value) : "";
  }

  /** acl(5); a symbolic link has none, and none but a directory a default. */
  private static String refusalOfList(RootfsEntry entry, String name, byte[] value) {
    if (entry instanceof RootfsEntry.Symlink) {
      return "ENOTSUP";
    }
    if (AccessControlList.isEmpty(value)) {
      return "";
    }
    String refusal = AccessControlList.refusal(value);
    return refusal.isEmpty()
            && name.equals(AccessControlList.DEFAULT)
            && !(entry instanceof RootfsEntry.Directory)
        ? "EACCES"
        : refusal;
  }
}
