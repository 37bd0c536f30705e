package io.jrootfs.builder.rootfs;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.SysrootPath;
import org.jspecify.annotations.Nullable;

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
   *     or half a surrogate pair
   */
  public RootfsPath {
    if (!isOrdinary(value)) {
      check(value);
    }
  }

  /**
   * Whether a path breaks none of the rules, without a look at characters that come in pairs: paths
   * are made by the hundred thousand.
   */
  private static boolean isOrdinary(String value) {
    int length = value.length();
    int component = 1;
    for (int i = 1; i < length; i++) {
      char c = value.charAt(i);
      if (c == '/') {
        if (!isName(value, component, i)) {
          return false;
        }
        component = i + 1;
      } else if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return value.startsWith("/") && (length == 1 || isName(value, component, length));
  }

  private static boolean isName(String value, int from, int to) {
    return to - from > 2
        || (to > from && (value.charAt(from) != '.' || value.charAt(to - 1) != '.'));
  }

  private static void check(String value) {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + value);
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("path holds a NUL character");
    }
    if (hasUnpairedSurrogate(value)) {
      throw new IllegalArgumentException("path has no UTF-8 form");
    }
    if (!value.equals("/")) {
      for (String component : COMPONENTS.split(value.substring(1))) {
        if (component.isEmpty() || component.equals(".") || component.equals("..")) {
          throw new IllegalArgumentException("path has an empty, '.' or '..' component: " + value);
        }
      }
    }
  }

  /** Encoding would make a question mark of it, and one name of two. */
  static boolean hasUnpairedSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
          i++;
        } else {
          return true;
        }
      }
    }
    return false;
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

  /** As any record's, and without what the JVM makes at run time for those: paths are keys. */
  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RootfsPath path && path.value.equals(value);
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
