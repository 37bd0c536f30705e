package io.jrootfs.builder.sysroot;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.text.FileNames;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads once every symbolic link on the way has been followed inside the sysroot.
 *
 * @param requested the path asked for
 * @param hops the links followed, in order; also those of directories on the way
 * @param path the file itself: no component is a link, no {@code ..}
 * @param identity device and inode of the file
 * @param kind what the file is; never a symbolic link
 * @param mode permission bits with set-user-ID, set-group-ID and sticky, {@code 07777} at most
 * @param size in bytes
 */
public record Resolution(
    SysrootPath requested,
    ImmutableList<LinkHop> hops,
    SysrootPath path,
    FileIdentity identity,
    Kind kind,
    int mode,
    long size) {

  /** One path leads to one file in one view; the other components add nothing. */
  @Override
  public int hashCode() {
    return requested.hashCode();
  }

  /** Mostly both are one: a view remembers what it has resolved. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Resolution file
            && file.requested.equals(requested)
            && file.hops.equals(hops)
            && file.path.equals(path)
            && file.identity.equals(identity)
            && file.kind == kind
            && file.mode == mode
            && file.size == size);
  }

  /** The kinds of file a resolved path can be. */
  public enum Kind {
    REGULAR_FILE,
    DIRECTORY,
    /** Device, FIFO or socket. */
    OTHER
  }

  /** Whether all that an image would have to hold of it has a name in UTF-8. */
  public boolean isUtf8() {
    boolean areLinks = true;
    for (LinkHop hop : hops) {
      areLinks &= FileNames.isUtf8(hop.link().value()) && FileNames.isUtf8(hop.target());
    }
    return areLinks && FileNames.isUtf8(requested.value()) && FileNames.isUtf8(path.value());
  }

  public boolean isRegularFile() {
    return kind == Kind.REGULAR_FILE;
  }

  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }
}
