package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Maps;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.UnkeptAttribute;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** One entry's values, from its header or, where there are any, its PAX records. */
final class EntryFields {
  /** Of a device number, in Linux (makedev(3)). */
  private static final int MAX_MAJOR = 0xfff;

  private static final int MAX_MINOR = 0xfffff;

  /** A time in seconds; digits are bounded so that parsing stays cheap. */
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,19}(\\.[0-9]{0,30})?");

  private final HeaderReader header;
  private final ExtendedHeaders extended;
  private final ImmutableSortedMap<String, Bytes> xattrs;
  private final ImmutableSortedMap<String, PosixAcl> acls;

  EntryFields(HeaderReader header, ExtendedHeaders extended) throws BadFieldException {
    this.header = header;
    this.extended = extended;
    this.xattrs = extended.xattrs();
    this.acls = acls(extended, xattrs.keySet());
  }

  /** Of the content, in bytes. */
  long size() throws BadFieldException {
    return HeaderReader.size(number(PaxRecords.SIZE, HeaderField.SIZE));
  }

  Metadata metadata() throws BadFieldException {
    long mode = header.number(HeaderField.MODE);
    if (mode < 0) {
      throw new BadFieldException("mode is negative");
    }
    // Some writers leave the file type bits of st_mode in; the type flag has said that already.
    return new Metadata(
        withAccessList((int) (mode & 07777)),
        inRange("uid", number("uid", HeaderField.UID), Metadata.MAX_ID),
        inRange("gid", number("gid", HeaderField.GID), Metadata.MAX_ID),
        mtime(),
        xattrs);
  }

  /**
   * A mode that {@code tar --mode} has changed does not fit the list, and then the list counts: tar
   * programs set it last, and the kernel makes the permissions say the same.
   */
  private int withAccessList(int mode) {
    PosixAcl list = acls.get(PosixAcl.ACCESS);
    return list == null ? mode : (mode & ~0777) | list.permissions();
  }

  /**
   * By the attributes that they become, the access control lists that are not among the attributes
   * of {@link #metadata} already. Those are what the kernel of the writer had, in numbers; the text
   * beside them says the same in the names of its machine, and is not needed.
   */
  private ImmutableSortedMap<String, PosixAcl> acls() {
    return acls.isEmpty()
        ? acls
        : ImmutableSortedMap.copyOf(Maps.filterEntries(acls, EntryFields::isAttribute));
  }

  /** The entry with what its metadata does not say. */
  TarMember member(long offset, String name, RootfsEntry entry) {
    return new TarMember(offset, name, entry, acls(), unkept());
  }

  private ImmutableSet<String> unkept() {
    return UnkeptAttribute.records().stream()
        .filter(keyword -> extended.get(keyword) != null)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** A list that says no more than the mode is none to the kernel. */
  private static boolean isAttribute(Map.Entry<String, PosixAcl> list) {
    return list.getValue().isExtended() || list.getKey().equals(PosixAcl.DEFAULT);
  }

  private static ImmutableSortedMap<String, PosixAcl> acls(
      ExtendedHeaders extended, Set<String> attributes) throws BadFieldException {
    ImmutableSortedMap.Builder<String, PosixAcl> acls = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<String, String> record : PaxRecords.ACLS.entrySet()) {
      PosixAcl acl = attributes.contains(record.getKey()) ? null : extended.acl(record.getValue());
      if (acl != null) {
        PaxRecords.checkXattrSize(record.getKey(), acl.attributeSize());
        acls.put(record.getKey(), acl);
      }
    }
    return acls.buildOrThrow();
  }

  private long mtime() throws BadFieldException {
    byte[] pax = extended.get("mtime");
    return pax == null
        ? header.number(HeaderField.MTIME)
        : whole("mtime", decimal("mtime", pax).setScale(0, RoundingMode.FLOOR));
  }

  private long number(String paxKey, HeaderField field) throws BadFieldException {
    byte[] pax = extended.get(paxKey);
    if (pax == null) {
      return header.number(field);
    }
    BigDecimal value = decimal(paxKey, pax);
    if (value.scale() > 0) {
      throw new BadFieldException("PAX " + paxKey + " is not a whole number");
    }
    return whole(paxKey, value);
  }

  private static long whole(String key, BigDecimal value) throws BadFieldException {
    BigInteger whole = value.toBigInteger();
    if (whole.bitLength() > 63) {
      throw new BadFieldException("PAX " + key + " is not a number in range");
    }
    return whole.longValue();
  }

  private static BigDecimal decimal(String key, byte[] value) throws BadFieldException {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (!DECIMAL.matcher(text).matches()) {
      throw new BadFieldException("PAX " + key + " is not a number in range");
    }
    return new BigDecimal(text);
  }

  private static long inRange(String what, long value, long max) throws BadFieldException {
    if (value < 0 || value > max) {
      throw new BadFieldException(what + " is " + value + ", not 0 to " + max);
    }
    return value;
  }

  /** The entry of a type other than a regular file. */
  RootfsEntry withoutContent(char type, RootfsPath path, Metadata metadata)
      throws BadFieldException {
    return switch (type) {
      case TypeFlag.DIRECTORY -> new RootfsEntry.Directory(path, metadata);
      case TypeFlag.SYMLINK ->
          new RootfsEntry.Symlink(path, metadata, Text.linkTarget(extended.linkName(header)));
      case TypeFlag.HARD_LINK -> hardLink(path, metadata);
      case TypeFlag.CHARACTER_DEVICE -> device(path, metadata, RootfsEntry.Device.Type.CHARACTER);
      case TypeFlag.BLOCK_DEVICE -> device(path, metadata, RootfsEntry.Device.Type.BLOCK);
      case TypeFlag.FIFO -> new RootfsEntry.Fifo(path, metadata);
      default ->
          throw new BadFieldException(
              "type '" + Excerpt.of(String.valueOf(type)) + "' is not supported");
    };
  }

  private RootfsEntry hardLink(RootfsPath path, Metadata metadata) throws BadFieldException {
    String target = Text.linkTarget(extended.linkName(header));
    RootfsPath targetPath = Text.path(target, "hard link target");
    if (targetPath.isRoot() || targetPath.equals(path)) {
      throw new BadFieldException("hard link to itself or the root: " + Excerpt.of(target));
    }
    return new RootfsEntry.HardLink(path, metadata, targetPath);
  }

  private RootfsEntry device(RootfsPath path, Metadata metadata, RootfsEntry.Device.Type type)
      throws BadFieldException {
    return new RootfsEntry.Device(
        path,
        metadata,
        type,
        (int) inRange("device major", header.number(HeaderField.DEVMAJOR), MAX_MAJOR),
        (int) inRange("device minor", header.number(HeaderField.DEVMINOR), MAX_MINOR));
  }
}
