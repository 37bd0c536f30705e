package io.jrootfs.builder.rootfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;

/** Whether two entries would be the same file but for name, owner, mode and time. */
public final class SameContent {
  private static final int CHUNK = 64 * 1024;

  private SameContent() {}

  /**
   * Reads contents only if kind and size agree.
   *
   * @throws IOException if a content cannot be read
   */
  public static boolean of(RootfsEntry one, RootfsEntry other) throws IOException {
    if (one instanceof RootfsEntry.RegularFile first
        && other instanceof RootfsEntry.RegularFile second) {
      return isSame(first.content(), second.content());
    }
    if (one instanceof RootfsEntry.Symlink first && other instanceof RootfsEntry.Symlink second) {
      return first.target().equals(second.target());
    }
    if (one instanceof RootfsEntry.Device first && other instanceof RootfsEntry.Device second) {
      return first.type() == second.type()
          && first.major() == second.major()
          && first.minor() == second.minor();
    }
    return one instanceof RootfsEntry.Fifo && other instanceof RootfsEntry.Fifo;
  }

  private static boolean isSame(FileContent one, FileContent other) throws IOException {
    return one.equals(other)
        || (one.size() == other.size() && firstDifference(one, other).isEmpty());
  }

  /**
   * The offset of the first byte in which two contents differ, be it that one of them has ended.
   *
   * @throws IOException if a content cannot be read
   */
  public static OptionalLong firstDifference(FileContent one, FileContent other)
      throws IOException {
    try (InputStream first = one.open();
        InputStream second = other.open()) {
      long offset = 0;
      while (true) {
        byte[] expected = first.readNBytes(CHUNK);
        int difference = Arrays.mismatch(expected, second.readNBytes(CHUNK));
        if (difference >= 0) {
          return OptionalLong.of(offset + difference);
        }
        if (expected.length == 0) {
          return OptionalLong.empty();
        }
        offset += expected.length;
      }
    }
  }
}
