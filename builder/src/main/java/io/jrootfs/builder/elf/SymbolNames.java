package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * Names of symbols that somebody looks for. A file has thousands of others, so they are compared as
 * the bytes they are, and no text is made of those that nobody wants.
 */
public final class SymbolNames {
  /** Most names that nobody wants are told by so many bytes. */
  private static final int BEGINNING = 4;

  private final ImmutableList<String> names;
  private final byte[][] bytes;

  /** By the slots of their hashes, how wanted names begin. */
  private final boolean[] beginnings;

  /** The index of a name at each hash that one has, plus one; linear probing. */
  private final int[] slots;

  private final int longest;
  private final int[] gnuHashes;

  private SymbolNames(ImmutableList<String> names) {
    this.names = names;
    this.bytes = new byte[names.size()][];
    this.gnuHashes = new int[names.size()];
    this.slots = new int[Integer.highestOneBit(names.size() + 1) * 8];
    this.beginnings = new boolean[slots.length];
    int max = 0;
    for (int i = 0; i < names.size(); i++) {
      bytes[i] = names.get(i).getBytes(StandardCharsets.UTF_8);
      gnuHashes[i] = GnuHashTable.hash(bytes[i]);
      max = Math.max(max, bytes[i].length);
      int hash = 0;
      for (int at = 0; at < bytes[i].length; at++) {
        hash = next(hash, bytes[i][at]);
        if (at == BEGINNING - 1) {
          beginnings[slot(hash)] = true;
        }
      }
      int slot = slot(hash);
      while (slots[slot] != 0) {
        slot = slot(slot + 1);
      }
      slots[slot] = i + 1;
    }
    this.longest = max;
  }

  /** The set of these names. */
  public static SymbolNames of(Collection<String> names) {
    return new SymbolNames(ImmutableSet.copyOf(names).asList());
  }

  private static int next(int hash, byte each) {
    return hash * 31 + each;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 16)) & (slots.length - 1);
  }

  int count() {
    return names.size();
  }

  /** As many bytes decide, the NUL included. */
  int enough() {
    return longest + 1;
  }

  int gnuHash(int index) {
    return gnuHashes[index];
  }

  String name(int index) {
    return names.get(index);
  }

  /**
   * The index of the name that stands in {@code text} before a NUL; -1 if it is none of these.
   *
   * @param from where it starts
   * @param limit where it ends at the latest
   */
  int indexOf(byte[] text, int from, int limit) {
    int hash = 0;
    for (int at = from; at < limit; at++) {
      byte each = text[at];
      if (each == 0) {
        return indexOf(text, from, at, hash);
      }
      hash = next(hash, each);
      if (at - from == BEGINNING - 1 && !beginnings[slot(hash)]) {
        return -1;
      }
    }
    return -1;
  }

  private int indexOf(byte[] text, int from, int to, int hash) {
    for (int slot = slot(hash); slots[slot] != 0; slot = slot(slot + 1)) {
      byte[] name = bytes[slots[slot] - 1];
      if (Arrays.equals(name, 0, name.length, text, from, to)) {
        return slots[slot] - 1;
      }
    }
    return -1;
  }
}
