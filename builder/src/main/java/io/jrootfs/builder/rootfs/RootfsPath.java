package io.jrootfs.builder.rootfs;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.SysrootPath;

/**
 * The name of an entry in a rootfs: absolute, no empty, {@code .} or {@code ..} component.
 *
 * <p>Ordered by UTF-8 bytes, so a directory comes before what is in it and the order is the same in
 * every locale.
 *
 * @param value the text, {@code /} for the root directory itself
 */
public record RootfsPath(String value) implements Comparable<RootfsPath> {
  private static final Splitter COMPONENTS = Splitter.on('/');

  public static final RootfsPath ROOT = new RootfsPath("/");

  /**
   * @throws IllegalArgumentException if {@code value} breaks one of the rules above or holds a NUL
   */
  public RootfsPath {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + value);
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("path holds a NUL character");
    }
    if (!value.equals("/")) {
      for (String component : COMPONENTS.split(value.substring(1))) {
        if (component.isEmpty() || component.equals(".") || component.equals("..")) {
          throw new IllegalArgumentException("path has an empty, '.' or '..' component: " + value);
        }
      }
    }
  }

  public static RootfsPath of(String value) {
    return new RootfsPath(value);
  }

  /** The same place in the tree to be written. {@code path} must not hold {@code ..}. */
  public static RootfsPath of(SysrootPath path) {
    return new RootfsPath(path.value());
  }

  public boolean isRoot() {
    return value.equals("/");
  }

  /** The path of {@code name} in this directory. */
  public RootfsPath child(String name) {
    return new RootfsPath(isRoot() ? "/" + name : value + "/" + name);
  }

  /** The directory this entry is in; the root is its own parent. */
  public RootfsPath parent() {
    int slash = value.lastIndexOf('/');
    return slash <= 0 ? ROOT : new RootfsPath(value.substring(0, slash));
  }

  /** The last component; empty for the root. */
  public String fileName() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /** The components in order; empty for the root. */
  public ImmutableList<String> components() {
    return isRoot()
        ? ImmutableList.of()
        : ImmutableList.copyOf(COMPONENTS.split(value.substring(1)));
  }

  /** Whether {@code other} is this path or below it. */
  public boolean contains(RootfsPath other) {
    return isRoot() || other.value.equals(value) || other.value.startsWith(value + "/");
  }

  /** The path without its leading slash, as a tar archive or a relative look-up names it. */
  public String relative() {
    return value.substring(1);
  }

  /** UTF-8 bytes sort as code points do, so nothing needs encoding. */
  @Override
  public int compareTo(RootfsPath other) {
    int common = Math.min(value.length(), other.value.length());
    for (int i = 0; i < common; i++) {
      char mine = value.charAt(i);
      char others = other.value.charAt(i);
      if (mine != others) {
        return Integer.compare(rank(mine), rank(others));
      }
    }
    return Integer.compare(value.length(), other.value.length());
  }

  /** Surrogates stand for code points above U+FFFF, but are below U+E000 as chars. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }

  @Override
  public String toString() {
    return value;
  }
}
