package io.jrootfs.builder.tar;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A POSIX access control list as tars tell it in text (acl(5)), where users and groups may go by
 * names that only the accounts of the tree turn into numbers.
 *
 * @param entries in the order of the text; together they are a list that the kernel takes, but for
 *     names that turn out to be one user or group
 */
public record PosixAcl(ImmutableList<Entry> entries) {
  /** The extended attribute of what may be done with a file. */
  static final String ACCESS = "system.posix_acl_access";

  /** The extended attribute of what files made in a directory begin with. */
  static final String DEFAULT = "system.posix_acl_default";

  /** Of those attributes: {@code POSIX_ACL_XATTR_VERSION}, linux/posix_acl_xattr.h. */
  private static final int VERSION = 2;

  private static final int ENTRY_BYTES = 8;

  /** {@code ACL_UNDEFINED_ID}, of entries that are about nobody in particular. */
  private static final int NO_ID = -1;

  private static final Splitter LINES = Splitter.onPattern("[,\n]").trimResults();

  /** Whom an entry is about; in the order, and with the numbers, of linux/posix_acl.h. */
  public enum Tag {
    USER_OBJ(0x01),
    USER(0x02),
    GROUP_OBJ(0x04),
    GROUP(0x08),
    MASK(0x10),
    OTHER(0x20);

    private final int number;

    Tag(int number) {
      this.number = number;
    }

    boolean isNamed() {
      return this == USER || this == GROUP;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What one user, group or class may do.
   *
   * @param permissions the bits of one class of a mode: 0 to 7
   * @param name of a {@code USER} or {@code GROUP}, where the text has no number; else empty
   * @param id of a {@code USER} or {@code GROUP}; empty until the name is looked up
   */
  public record Entry(Tag tag, int permissions, String name, OptionalLong id) {}

  /** The accounts of the tree that a list is in. */
  public interface AccountNumbers {
    /** The number of a user; empty if there is none of that name. */
    OptionalLong user(String name);

    /** The number of a group; empty if there is none of that name. */
    OptionalLong group(String name);
  }

  /** A list names somebody whom its tree does not know, or the same one twice. */
  public static final class NameException extends Exception {
    private static final long serialVersionUID = 1L;

    NameException(String reason) {
      super(reason);
    }
  }

  /**
   * Reads a list: entries between commas or line breaks, as star and libarchive or GNU tar write
   * them.
   *
   * @throws BadFieldException if the kernel would not take it
   */
  static PosixAcl parse(String text) throws BadFieldException {
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    for (String line : LINES.split(text)) {
      Optional<Entry> entry = AclEntryText.parse(line);
      entry.ifPresent(entries::add);
    }
    PosixAcl acl = new PosixAcl(entries.build());
    acl.checkValid();
    return acl;
  }

  /** What acl_valid(3) asks for, but for its rule on users that come twice. */
  private void checkValid() throws BadFieldException {
    for (Tag tag : List.of(Tag.USER_OBJ, Tag.GROUP_OBJ, Tag.OTHER)) {
      if (count(tag) != 1) {
        throw new BadFieldException("access control list with " + count(tag) + " entries " + tag);
      }
    }
    if (count(Tag.MASK) > 1 || (count(Tag.MASK) == 0 && isExtended())) {
      throw new BadFieldException(
          "access control list for named users or groups with " + count(Tag.MASK) + " masks");
    }
  }

  private long count(Tag tag) {
    return entries.stream().filter(entry -> entry.tag == tag).count();
  }

  /** Whether it says more than a mode can. */
  boolean isExtended() {
    return entries.size() > 3;
  }

  /** Of {@link #attribute}, in bytes. */
  int attributeSize() {
    return Integer.BYTES + entries.size() * ENTRY_BYTES;
  }

  /**
   * The permissions of a file that has this as its access list. The group's are the mask, where
   * there is one (acl(5), Correspondence Between ACL Entries and File Permission Bits).
   */
  int permissions() {
    int group = permissions(count(Tag.MASK) == 1 ? Tag.MASK : Tag.GROUP_OBJ);
    return permissions(Tag.USER_OBJ) << 6 | group << 3 | permissions(Tag.OTHER);
  }

  private int permissions(Tag tag) {
    return entries.stream()
        .filter(entry -> entry.tag == tag)
        .mapToInt(Entry::permissions)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The value of the extended attribute that the kernel keeps the list in: a header with the
   * version, then tag, permissions and number of each entry, little-endian, sorted as libacl does
   * (linux/posix_acl_xattr.h).
   *
   * @throws NameException if a name is not among the accounts, or two entries are about one
   */
  public Bytes attribute(AccountNumbers accounts) throws NameException {
    List<Entry> numbered = new ArrayList<>();
    for (Entry entry : entries) {
      numbered.add(numbered(entry, accounts));
    }
    numbered.sort(Comparator.comparing(Entry::tag).thenComparing(entry -> entry.id.orElse(NO_ID)));
    ByteBuffer value =
        ByteBuffer.allocate(attributeSize()).order(ByteOrder.LITTLE_ENDIAN).putInt(VERSION);
    for (int i = 0; i < numbered.size(); i++) {
      Entry entry = numbered.get(i);
      if (i > 0
          && entry.tag == numbered.get(i - 1).tag
          && entry.id.equals(numbered.get(i - 1).id)) {
        throw new NameException(
            "its access control list has two entries for " + entry.tag + " " + entry.id.orElse(0));
      }
      value
          .putShort((short) entry.tag.number)
          .putShort((short) entry.permissions)
          .putInt((int) entry.id.orElse(NO_ID));
    }
    return Bytes.copyOf(value.array());
  }

  private static Entry numbered(Entry entry, AccountNumbers accounts) throws NameException {
    if (entry.name.isEmpty()) {
      return entry;
    }
    boolean isUser = entry.tag == Tag.USER;
    OptionalLong id = isUser ? accounts.user(entry.name) : accounts.group(entry.name);
    if (id.isEmpty()) {
      throw new NameException(
          "its access control list names the "
              + (entry.tag + " '" + Excerpt.of(entry.name) + "', whom ")
              + (isUser ? "/etc/passwd" : "/etc/group")
              + " of the tree does not know; add the account, or write the tar with numbers, as"
              + " bsdtar does and GNU tar with --xattrs --xattrs-include='system.posix_acl_*'");
    }
    return new Entry(entry.tag, entry.permissions, "", id);
  }
}
