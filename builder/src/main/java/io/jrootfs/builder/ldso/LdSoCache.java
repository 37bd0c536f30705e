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
   * @param hwcap 0 for a library that runs on every processor of its architecture
   */
  public record Entry(int flags, String soname, String path, long hwcap) {}

  /** A cache that holds nothing. */
  static final LdSoCache EMPTY = new LdSoCache(Optional.empty(), ImmutableListMultimap.of());

  /**
   * The path the loader would try. Entries for particular processors are left out, so that the
   * result is right on every one of them (loader policy "baseline").
   *
   * @param flags the architecture's own flags
   */
  public Optional<String> find(String soname, int flags) {
    ImmutableList<Entry> candidates = entries.get(soname);
    return candidates.stream()
        .filter(entry -> entry.flags() == flags && entry.hwcap() == 0)
        .map(Entry::path)
        .findFirst();
  }
}
