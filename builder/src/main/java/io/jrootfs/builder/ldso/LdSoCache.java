package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * {@code /etc/ld.so.cache}: which file ldconfig(8) found for a soname. Read by {@link
 * LdSoCacheReader}.
 *
 * @param byteOrder of the machine it was written for, or on; empty for a cache without entries that
 *     does not say
 * @param entries in the order of the file, which is the order of preference
 */
public record LdSoCache(
    Optional<ByteOrder> byteOrder, ImmutableListMultimap<String, Entry> entries) {

  /**
   * One line of {@code ldconfig -p}.
   *
   * @param flags the kind of library and its architecture, {@code FLAG_*} of glibc's
   *     sysdeps/generic/ldconfig.h
   * @param soname what the entry is looked up by
   * @param path the file
   * @param hwcap 0 for a library that runs on every processor of its architecture, or one that
   *     {@code subdirectory} tells about
   * @param subdirectory the {@code glibc-hwcaps} subdirectory it stands in, which says on which
   *     processors it runs
   */
  public record Entry(
      int flags, String soname, String path, long hwcap, Optional<String> subdirectory) {
    /** A library that stands in no subdirectory for particular processors. */
    public Entry(int flags, String soname, String path, long hwcap) {
      this(flags, soname, path, hwcap, Optional.empty());
    }
  }

  /** A cache that holds nothing. */
  static final LdSoCache EMPTY = new LdSoCache(Optional.empty(), ImmutableListMultimap.of());

  /**
   * The entry the loader would take (elf/dl-cache.c, {@code search_cache}): one for the best of the
   * active subdirectories, or else the first for every processor.
   *
   * @param flags the architecture's own flags
   * @param active the {@code glibc-hwcaps} subdirectories in use, best first
   */
  public Optional<Entry> find(String soname, int flags, ImmutableList<String> active) {
    ImmutableList<Entry> candidates = entries.get(soname);
    for (String subdirectory : active) {
      Optional<Entry> best = first(candidates, flags, Optional.of(subdirectory));
      if (best.isPresent()) {
        return best;
      }
    }
    return first(candidates, flags, Optional.empty());
  }

  private static Optional<Entry> first(
      ImmutableList<Entry> candidates, int flags, Optional<String> subdirectory) {
    for (Entry entry : candidates) {
      if (entry.flags() == flags
          && entry.hwcap() == 0
          && entry.subdirectory().equals(subdirectory)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }
}
