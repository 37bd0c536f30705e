package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Optional;

/** Extended attributes that no image keeps, by what they are about. */
public enum UnkeptAttribute {
  /**
   * This machine's policy or file system, and not the file: labels of security modules, signatures
   * by this machine's keys, and the bookkeeping of overlay file systems.
   */
  LABEL(
      ImmutableList.of("security.selinux", "security.ima", "security.evm", "security.apparmor"),
      ImmutableList.of("security.SMACK64", "trusted.overlay.", "user.overlay.")),

  /**
   * Who may do what with the file, in the words of the server that it is on: those of NFSv4 (Linux:
   * fs/nfs/nfs4proc.c) and CIFS (fs/smb/client/xattr.c). No other file system takes them.
   */
  SERVER_ACL(ImmutableList.of(), ImmutableList.of("system.nfs4_", "system.cifs_", "system.smb3_"));

  private final ImmutableList<String> names;
  private final ImmutableList<String> prefixes;

  UnkeptAttribute(ImmutableList<String> names, ImmutableList<String> prefixes) {
    this.names = names;
    this.prefixes = prefixes;
  }

  /**
   * What an attribute is about, if images do not keep it.
   *
   * @param name the whole name, with its namespace (xattr(7))
   */
  public static Optional<UnkeptAttribute> of(String name) {
    return Arrays.stream(values()).filter(kind -> kind.has(name)).findFirst();
  }

  private boolean has(String name) {
    return names.contains(name) || prefixes.stream().anyMatch(name::startsWith);
  }
}
