package io.jrootfs.builder.dpkg;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Last components of paths that are looked for in dpkg's lists. The lists of a system have a
 * hundred thousand lines, of which an image wants a few: only those become text, by a hash of their
 * bytes. May be asked by several threads, while nobody adds.
 */
final class FileNames {
  /** Of the hash, as many bits as tell most names apart. */
  private static final int HASHES = 1 << 16;

  private final Set<String> names = new HashSet<>();
  private final BitSet hashes = new BitSet(HASHES);

  FileNames(Set<String> names) {
    names.forEach(this::add);
  }

  void add(String name) {
    if (names.add(name)) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      hashes.set(hash(bytes, 0, bytes.length));
    }
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  /** Whether the last component of a path is one of these. */
  boolean areOf(String path) {
    return names.contains(path.substring(path.lastIndexOf('/') + 1));
  }

  /**
   * Whether the last component of a path can be one of these; {@link #areOf} says if it is.
   *
   * @param bytes hold the path
   * @param from its first byte
   * @param to behind its last one
   */
  boolean canBeOf(byte[] bytes, int from, int to) {
    return hashes.get(hash(bytes, from, to));
  }

  /** Of the last component, from its end: the bytes before it are not looked at. */
  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int at = to - 1; at >= from && bytes[at] != '/'; at--) {
      hash = 31 * hash + bytes[at];
    }
    return (hash ^ hash >>> 16) & HASHES - 1;
  }
}
