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
 * @param entries by {@link #key}, in the order of the file, which is the order of preference
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
   * @param hwcap 0 for a library that runs on every processor of its architecture; with a {@code
   *     subdirectory} the level of x86-64 it needs besides, in {@link #ISA_LEVEL}; else the bits
   *     that {@link HwcapBits} explains
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

  /** Where the level stands, less one (DL_CACHE_HWCAP_ISA_LEVEL_MASK). */
  static final long ISA_LEVEL = 0x3ffL << 32;

  /** FLAG_ELF: an entry of libc5's days, which loaders without flags of their own still take. */
  private static final int FLAG_ELF = 1;

  private static final int FLAG_ELF_LIBC6 = 3;

  /**
   * What names have in common that are one to the loader, which compares digits as numbers: {@code
   * libx.so.1} and {@code libx.so.01} (elf/dl-cache.c, {@code _dl_cache_libcmp}).
   */
  static String key(String soname) {
    if (soname.indexOf('0') < 0) {
      return soname;
    }
    StringBuilder key = new StringBuilder(soname.length());
    for (int i = 0; i < soname.length(); i++) {
      boolean isLeadingZero =
          soname.charAt(i) == '0'
              && isDigit(soname, i + 1)
              && !(key.length() > 0 && isDigit(key, key.length() - 1));
      if (!isLeadingZero) {
        key.append(soname.charAt(i));
      }
    }
    return key.toString();
  }

  private static boolean isDigit(CharSequence text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  /**
   * The entry the loader would take (elf/dl-cache.c, {@code search_cache}): one for the best of the
   * active subdirectories, or else the first whose bits are all there.
   *
   * @param flags the architecture's own flags
   * @param active the {@code glibc-hwcaps} subdirectories in use, best first
   * @param bits what the processor has
   */
  public Optional<Entry> find(
      String soname, int flags, ImmutableList<String> active, HwcapBits bits) {
    ImmutableList<Entry> candidates = entries.get(key(soname));
    for (String subdirectory : active) {
      for (Entry entry : candidates) {
        if (entry.flags() == flags
            && entry.subdirectory().equals(Optional.of(subdirectory))
            && (entry.hwcap() & ISA_LEVEL) >>> 32 <= active.size()) {
          return Optional.of(entry);
        }
      }
    }
    for (Entry entry : candidates) {
      if ((entry.flags() == flags || (flags == FLAG_ELF_LIBC6 && entry.flags() == FLAG_ELF))
          && entry.subdirectory().isEmpty()
          && bits.include(entry.hwcap())) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }
}
