package io.jrootfs.builder.sysroot;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * An absolute path inside a sysroot, as a program running in it would write it.
 *
 * <p>Empty components, {@code .} and trailing slashes are dropped; {@code ..} is kept, because its
 * meaning depends on the links before it (path_resolution(7)) and only {@link Sysroot} can tell.
 *
 * @param value the text, starting with {@code /}
 */
public record SysrootPath(String value) implements Comparable<SysrootPath> {
  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  public static final SysrootPath ROOT = new SysrootPath("/");

  /**
   * @throws IllegalArgumentException if {@code value} is relative or holds a NUL character
   */
  public SysrootPath {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + value);
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("path holds a NUL character");
    }
    value = cleaned(value);
  }

  public static SysrootPath of(String value) {
    return new SysrootPath(value);
  }

  private static String cleaned(String value) {
    // Directories of search paths often end with a slash.
    int last = value.length() - 1;
    String path = last > 0 && value.charAt(last) == '/' ? value.substring(0, last) : value;
    return isClean(path) ? path : withoutEmptyComponents(path);
  }

  /** Almost every path is, and paths are made by the thousand. */
  private static boolean isClean(String value) {
    int length = value.length();
    for (int i = value.indexOf('/'); i >= 0; i = value.indexOf('/', i + 1)) {
      int next = i + 1;
      if (next == length) {
        return length == 1;
      }
      char c = value.charAt(next);
      boolean isDot = c == '.' && (next + 1 == length || value.charAt(next + 1) == '/');
      if (c == '/' || isDot) {
        return false;
      }
    }
    return true;
  }

  private static String withoutEmptyComponents(String value) {
    StringBuilder clean = new StringBuilder(value.length());
    for (String component : COMPONENTS.split(value)) {
      if (!component.equals(".")) {
        clean.append('/').append(component);
      }
    }
    return clean.length() == 0 ? "/" : clean.toString();
  }

  /** The components in order; empty for the root. */
  public ImmutableList<String> components() {
    return ImmutableList.copyOf(COMPONENTS.split(value));
  }

  /** Joins as path resolution does: an absolute {@code other} replaces this path. */
  public SysrootPath resolve(String other) {
    return other.startsWith("/") ? of(other) : of(value.concat("/").concat(other));
  }

  /** The path without its last component; the root is its own parent. */
  public SysrootPath parent() {
    int slash = value.lastIndexOf('/');
    return slash <= 0 ? ROOT : new SysrootPath(value.substring(0, slash));
  }

  /** The last component; empty for the root. */
  public String fileName() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /** As any record's, and without what the JVM makes at run time for those: paths are keys. */
  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SysrootPath path && path.value.equals(value);
  }

  @Override
  public int compareTo(SysrootPath other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
