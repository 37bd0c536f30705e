package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import io.jrootfs.builder.text.Printable;
import java.util.Arrays;
import java.util.Optional;

/** What files can have and no image keeps: extended attributes and records of tars. */
public enum UnkeptAttribute {
  /**
   * This machine's policy or file system, and not the file: labels of security modules, signatures
   * by this machine's keys, and the bookkeeping of overlay file systems.
   */
  LABEL(
      ", which is about this machine and not about the file",
      ImmutableList.of("security.selinux", "security.ima", "security.evm", "security.apparmor"),
      ImmutableList.of("security.SMACK64", "trusted.overlay.", "user.overlay."),
      ImmutableList.of()),

  /** The same of the machine of who wrote a tar: {@code tar --selinux} (GNU tar: src/xheader.c). */
  TAR_LABEL(
      ", which is about the machine that the tar was written on",
      ImmutableList.of(),
      ImmutableList.of(),
      ImmutableList.of("RHT.security.selinux")),

  /**
   * Who may do what with the file, in the words of the server that it is on: those of NFSv4 (Linux:
   * fs/nfs/nfs4proc.c) and CIFS (fs/smb/client/xattr.c). No other file system takes them.
   */
  SERVER_ACL(
      ", access control lists of a file server, which no image can keep; permission bits are kept,"
          + " and so are the lists that setfacl makes on a disk of this machine",
      ImmutableList.of(),
      ImmutableList.of("system.nfs4_", "system.cifs_", "system.smb3_"),
      ImmutableList.of()),

  /** The same in a tar, of ZFS and the file systems of macOS (star(4), SCHILY.acl.ace). */
  TAR_ACL(
      ", access control lists of NFSv4, which no disk of Linux takes; permission bits are kept, and"
          + " so are the lists that setfacl makes",
      ImmutableList.of(),
      ImmutableList.of(),
      ImmutableList.of("SCHILY.acl.ace")),

  /** What chattr(1) and chflags(1) set (star(4), SCHILY.fflags). */
  TAR_FLAGS(
      ", file flags such as chattr sets, which no image can keep",
      ImmutableList.of(),
      ImmutableList.of(),
      ImmutableList.of("SCHILY.fflags"));

  private static final ImmutableSet<String> RECORDS =
      Arrays.stream(values())
          .flatMap(kind -> kind.records.stream())
          .collect(ImmutableSet.toImmutableSet());

  private final String reason;
  private final ImmutableList<String> names;
  private final ImmutableList<String> prefixes;
  private final ImmutableList<String> records;

  UnkeptAttribute(
      String reason,
      ImmutableList<String> names,
      ImmutableList<String> prefixes,
      ImmutableList<String> records) {
    this.reason = reason;
    this.names = names;
    this.prefixes = prefixes;
    this.records = records;
  }

  /**
   * What an attribute is about, if images do not keep it.
   *
   * @param name the whole name, with its namespace (xattr(7)), or the keyword of a PAX record
   */
  public static Optional<UnkeptAttribute> of(String name) {
    return Arrays.stream(values()).filter(kind -> kind.has(name)).findFirst();
  }

  private boolean has(String name) {
    return names.contains(name)
        || prefixes.stream().anyMatch(name::startsWith)
        || records.contains(name);
  }

  /** The keywords of PAX records that are about a file and have no place in a rootfs. */
  public static ImmutableSet<String> records() {
    return RECORDS;
  }

  /** Whether it says nothing about the file; some machines have one on every file. */
  public boolean isLabel() {
    return this == LABEL || this == TAR_LABEL;
  }

  /**
   * That files have it no longer, in a sentence without its beginning and end: which, and why.
   *
   * @param omission of one of these attributes, by its name
   */
  public String sentence(Omission omission) {
    int more = omission.count() - 1;
    return Printable.of(omission.what())
        + " of "
        + omission.first()
        + (more > 0 ? " and " + more + " more" : "")
        + reason;
  }
}
