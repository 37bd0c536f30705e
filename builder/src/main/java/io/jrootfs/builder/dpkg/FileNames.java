package io.jrootfs.builder.dpkg;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Last components of paths that are looked for in dpkg's lists. The lists of a system have a
 * hundred thousand lines, of which an image wants a few: only those become text, by a hash of their
 * bytes; the others cost a look at each byte and no memory.
 */
final class FileNames {
  /** Of the hash, as many bits as tell most names apart. */
  private static final int HASHES = 1 << 16;

  private final Set<String> names = new HashSet<>();
  private final BitSet hashes = new BitSet(HASHES);
  private byte[] buffer = new byte[64 << 10];

  FileNames(Set<String> names) {
    names.forEach(this::add);
  }

  void add(String name) {
    if (names.add(name)) {
      int hash = 0;
      for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
        hash = next(hash, each);
      }
      hashes.set(bit(hash));
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
   * Reads a list of paths, one a line.
   *
   * @param size that the file has, in bytes
   * @param wanted gets those lines that end in one of the names
   * @throws IOException if it cannot be read, is cut meanwhile, or holds what no path can
   */
  void read(Path list, long size, Consumer<String> wanted) throws IOException {
    int length = Math.toIntExact(size);
    if (buffer.length < length) {
      buffer = Arrays.copyOf(buffer, Math.max(length, 2 * buffer.length));
    }
    try (InputStream in = Files.newInputStream(list)) {
      if (in.readNBytes(buffer, 0, length) < length || in.read() >= 0) {
        throw new EOFException(list + " was changed while it was read");
      }
    }
    int line = 0;
    int hash = 0;
    for (int at = 0; at < length; at++) {
      byte each = buffer[at];
      if (each == '\n') {
        offer(line, at, hash, wanted);
        line = at + 1;
        hash = 0;
      } else if (each == '/') {
        hash = 0;
      } else if (each == 0) {
        throw DpkgDatabase.noText(list);
      } else {
        hash = next(hash, each);
      }
    }
    offer(line, length, hash, wanted);
  }

  private void offer(int line, int end, int hash, Consumer<String> wanted) {
    if (hashes.get(bit(hash)) && line < end && buffer[line] == '/') {
      // Names that are not UTF-8 are in no image, so what they become here matters to nobody.
      String path = new String(buffer, line, end - line, StandardCharsets.UTF_8);
      if (areOf(path)) {
        wanted.accept(path);
      }
    }
  }

  private static int next(int hash, byte each) {
    return 31 * hash + each;
  }

  private static int bit(int hash) {
    return (hash ^ hash >>> 16) & HASHES - 1;
  }
}
