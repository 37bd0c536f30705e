package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads both formats of {@code ld.so.cache}: the one glibc 2.2 introduced, and the older one which
 * holds it behind its own table. Faults go as far as they do with a loader: one in an entry loses
 * the entry, one in the extension its names, any other the whole cache.
 *
 * @see <a href="https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h">glibc,
 *     sysdeps/generic/dl-cache.h</a>
 */
public final class LdSoCacheReader {
  private static final byte[] NEW_MAGIC =
      "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OLD_MAGIC = "ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII);
  private static final ImmutableList<ByteOrder> ORDERS =
      ImmutableList.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  private static final int OLD_HEADER = 16;
  private static final int OLD_ENTRY = 12;
  private static final int HEADER = 48;
  private static final int ENTRY = 24;

  /** Bit 62 and nothing between it and the levels of bits 32 to 41 (DL_CACHE_HWCAP_EXTENSION). */
  static final long HWCAP_EXTENSION = 1L << 62;

  static final int EXTENSION_MAGIC = 0xeaa42174;
  static final int EXTENSION_SECTION = 16;
  static final int HWCAPS_TAG = 1;

  /** A hundred times the cache of a full desktop. */
  private static final int MAX_SIZE = 16 << 20;

  /** PATH_MAX: nothing longer can be opened. */
  private static final int MAX_STRING = 4096;

  /** Entries may share strings, so the size of the file does not bound their sum. */
  private static final int MAX_STRINGS = 64 << 20;

  private final String file;
  private final ByteBuffer bytes;
  private int stringBytes;

  private LdSoCacheReader(String file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * Reads a whole cache.
   *
   * @throws MalformedLdSoCacheException if the file is no cache, or one that is of no use, or holds
   *     more than we are willing to read
   * @throws IOException if it cannot be read
   */
  public static LdSoCache read(Path file) throws IOException, MalformedLdSoCacheException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      if (channel.size() > MAX_SIZE) {
        throw MalformedLdSoCacheException.tooMuch(
            file.toString(), "file", 0, "is larger than " + MAX_SIZE + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // read(2) may return less than asked for
      }
      return new LdSoCacheReader(file.toString(), bytes.flip()).cache();
    }
  }

  private LdSoCache cache() throws MalformedLdSoCacheException {
    if (startsWith(0, NEW_MAGIC)) {
      return cache(0);
    }
    if (!startsWith(0, OLD_MAGIC)) {
      throw malformed("magic", 0, "is not that of an ld.so.cache");
    }
    requireInside("old header", 0, OLD_HEADER);
    for (ByteOrder order : ORDERS) {
      long embedded = (oldTableEnd(order) + 7) / 8 * 8;
      if (embedded <= bytes.limit() - HEADER && startsWith((int) embedded, NEW_MAGIC)) {
        return cache((int) embedded);
      }
    }
    for (ByteOrder order : ORDERS) {
      if (oldTableEnd(order) < bytes.limit()) {
        return oldCache(order);
      }
    }
    throw malformed("old table", OLD_HEADER, "ends past end of file (size " + bytes.limit() + ")");
  }

  private long oldTableEnd(ByteOrder order) {
    return OLD_HEADER + OLD_ENTRY * Integer.toUnsignedLong(bytes.order(order).getInt(12));
  }

  /** The old format alone, which knows nothing of processors; offsets count from its strings. */
  private LdSoCache oldCache(ByteOrder order) throws MalformedLdSoCacheException {
    int strings = (int) oldTableEnd(order);
    ImmutableListMultimap.Builder<String, LdSoCache.Entry> entries =
        ImmutableListMultimap.builder();
    for (int at = OLD_HEADER; at < strings; at += OLD_ENTRY) {
      Optional<String> soname = string(strings, bytes.getInt(at + 4));
      Optional<String> path = string(strings, bytes.getInt(at + 8));
      if (soname.isPresent() && path.isPresent()) {
        entries.put(
            LdSoCache.key(soname.get()),
            new LdSoCache.Entry(bytes.getInt(at), soname.get(), path.get(), 0));
      }
    }
    return new LdSoCache(
        strings == OLD_HEADER ? Optional.empty() : Optional.of(order), entries.build());
  }

  /**
   * Reads the new format.
   *
   * @param start of the new header, which all offsets count from
   */
  private LdSoCache cache(int start) throws MalformedLdSoCacheException {
    requireInside("header", start, HEADER);
    ByteOrder order = order(start);
    bytes.order(order);
    long count = Integer.toUnsignedLong(bytes.getInt(start + 20));
    requireInside("entry table", start + HEADER, count * ENTRY);
    ImmutableList<String> subdirectories = subdirectories(start);
    ImmutableListMultimap.Builder<String, LdSoCache.Entry> entries =
        ImmutableListMultimap.builder();
    for (int i = 0; i < count; i++) {
      int at = start + HEADER + i * ENTRY;
      Optional<String> soname = string(start, bytes.getInt(at + 4));
      Optional<String> path = string(start, bytes.getInt(at + 8));
      if (soname.isPresent() && path.isPresent()) {
        entries.put(
            LdSoCache.key(soname.get()),
            entry(
                bytes.getInt(at),
                soname.get(),
                path.get(),
                bytes.getLong(at + 16),
                subdirectories));
      }
    }
    return new LdSoCache(count == 0 ? Optional.empty() : Optional.of(order), entries.build());
  }

  /** Names that this file does not have are of entries no loader takes; they stay as numbers. */
  private static LdSoCache.Entry entry(
      int flags, String soname, String path, long hwcap, ImmutableList<String> subdirectories) {
    boolean isNamed = hwcap >>> 42 == HWCAP_EXTENSION >>> 42;
    long index = hwcap & 0xffffffffL;
    return isNamed && index < subdirectories.size()
        ? new LdSoCache.Entry(
            flags,
            soname,
            path,
            hwcap & LdSoCache.ISA_LEVEL,
            Optional.of(subdirectories.get((int) index)))
        : new LdSoCache.Entry(flags, soname, path, hwcap);
  }

  /**
   * The names of the glibc-hwcaps section, which entries refer to by number. Its offsets count from
   * the start of the file, also where an old table precedes the new header; ldconfig means the
   * names otherwise there, so that no loader finds them.
   */
  private ImmutableList<String> subdirectories(int start) throws MalformedLdSoCacheException {
    long at = Integer.toUnsignedLong(bytes.getInt(start + 32));
    // As for the loader, which does without what is broken (elf/dl-cache.h, cache_extension_load).
    if (at == 0 || at % 4 != 0 || !isInside(at, 8) || bytes.getInt((int) at) != EXTENSION_MAGIC) {
      return ImmutableList.of();
    }
    long count = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
    if (!isInside(at, 8 + count * EXTENSION_SECTION)) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      int section = (int) at + 8 + i * EXTENSION_SECTION;
      long offset = Integer.toUnsignedLong(bytes.getInt(section + 8));
      long size = Integer.toUnsignedLong(bytes.getInt(section + 12));
      if (!isInside(offset, size)) {
        return ImmutableList.of();
      }
      if (bytes.getInt(section) == HWCAPS_TAG) {
        for (int each = 0; each + 4 <= size; each += 4) {
          // Whatever the number leads to, the next name keeps its own.
          names.add(string(0, bytes.getInt((int) offset + each)).orElse(""));
        }
      }
    }
    return names.build();
  }

  private ByteOrder order(int start) throws MalformedLdSoCacheException {
    int flags = bytes.get(start + 28) & 3;
    return switch (flags) {
      case 2 -> ByteOrder.LITTLE_ENDIAN;
      case 3 -> ByteOrder.BIG_ENDIAN;
      case 0 -> plausibleOrder(start);
      default -> throw malformed("byte order flag", start + 28, "is the value that means invalid");
    };
  }

  /** Before glibc 2.33 the cache does not say; only one order makes its table fit. */
  private ByteOrder plausibleOrder(int start) {
    long count = Integer.toUnsignedLong(bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(start + 20));
    return count * ENTRY <= bytes.limit() - start - HEADER
        ? ByteOrder.LITTLE_ENDIAN
        : ByteOrder.BIG_ENDIAN;
  }

  /** Empty for one that is not there, or no text. */
  private Optional<String> string(int start, int offset) throws MalformedLdSoCacheException {
    long from = start + Integer.toUnsignedLong(offset);
    if (!isInside(from, 1)) {
      return Optional.empty();
    }
    int begin = (int) from;
    int end = begin;
    while (end < bytes.limit() && bytes.get(end) != 0) {
      end++;
      if (end - begin >= MAX_STRING) {
        return Optional.empty();
      }
    }
    if (end == bytes.limit()) {
      return Optional.empty();
    }
    stringBytes += end - begin;
    if (stringBytes > MAX_STRINGS) {
      throw MalformedLdSoCacheException.tooMuch(
          file, "string", from, "makes the strings exceed " + MAX_STRINGS + " bytes");
    }
    byte[] text = new byte[end - begin];
    bytes.get(begin, text);
    return Optional.of(FileNames.decode(text));
  }

  private boolean startsWith(int at, byte[] magic) {
    return bytes.limit() - at >= magic.length
        && bytes.slice(at, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private void requireInside(String field, long offset, long length)
      throws MalformedLdSoCacheException {
    if (!isInside(offset, length)) {
      throw malformed(field, offset, "ends past end of file (size " + bytes.limit() + ")");
    }
  }

  private boolean isInside(long offset, long length) {
    return offset <= bytes.limit() && length <= bytes.limit() - offset;
  }

  private MalformedLdSoCacheException malformed(String field, long offset, String reason) {
    return MalformedLdSoCacheException.ofNoUse(file, field, offset, reason);
  }
}
