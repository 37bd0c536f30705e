package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.elf.ElfMachine;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes {@code ld.so.cache} in the format glibc has read since 2.2 and written alone since 2.32.
 * ldconfig(8) cannot: it writes an empty cache for another machine's libraries.
 *
 * @see <a href="https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h">glibc,
 *     sysdeps/generic/dl-cache.h</a>
 */
public final class LdSoCacheWriter {
  private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final byte LITTLE_ENDIAN = 2;
  private static final byte BIG_ENDIAN = 3;

  /**
   * The loader searches by bisection, so it depends on this very order: descending by name, then by
   * flags (elf/cache.c, {@code compare}).
   */
  private static Comparator<LdSoCache.Entry> order(boolean signedChar) {
    Comparator<String> names = (left, right) -> compareNames(bytes(left), bytes(right), signedChar);
    return Comparator.comparing(LdSoCache.Entry::soname, names)
        .thenComparingInt(LdSoCache.Entry::flags)
        // The loader stops at the first plain entry, so that one must be last of its name; the
        // order is reversed below.
        .thenComparing(entry -> entry.subdirectory().isPresent())
        .thenComparing(entry -> entry.subdirectory().orElse(""), Comparator.<String>reverseOrder())
        .thenComparing(LdSoCache.Entry::hwcap, Long::compareUnsigned)
        // libx.so.1 and libx.so.01 are one name to glibc; to equal bytes they are two.
        .thenComparing(LdSoCache.Entry::soname)
        .thenComparing(LdSoCache.Entry::path)
        .reversed();
  }

  private LdSoCacheWriter() {}

  /**
   * A whole cache. Equal entries, in whatever order, give equal bytes.
   *
   * @param machine whose loader will read it
   * @param entries at most one for a soname, flags, subdirectory and hwcap
   * @throws IllegalArgumentException if one has both a subdirectory and a hwcap
   */
  public static byte[] write(ElfMachine machine, Collection<LdSoCache.Entry> entries) {
    ByteOrder order = machine.byteOrder();
    ImmutableList<LdSoCache.Entry> sorted =
        ImmutableList.sortedCopyOf(order(machine.hasSignedChar()), ImmutableSet.copyOf(entries));
    ImmutableList<String> subdirectories =
        sorted.stream()
            .flatMap(entry -> entry.subdirectory().stream())
            .distinct()
            .sorted()
            .collect(ImmutableList.toImmutableList());
    int table = HEADER + sorted.size() * ENTRY;
    Strings strings = new Strings(table);
    ByteBuffer head = ByteBuffer.allocate(table).order(order);
    head.position(HEADER);
    for (LdSoCache.Entry entry : sorted) {
      if (entry.hwcap() != 0 && entry.subdirectory().isPresent()) {
        throw new IllegalArgumentException("for two kinds of processors: " + entry);
      }
      head.putInt(entry.flags())
          .putInt(strings.offset(entry.soname()))
          .putInt(strings.offset(entry.path()))
          .putInt(0)
          .putLong(
              entry
                  .subdirectory()
                  .map(name -> LdSoCacheReader.HWCAP_EXTENSION | subdirectories.indexOf(name))
                  .orElse(entry.hwcap()));
    }
    int[] names = subdirectories.stream().mapToInt(strings::offset).toArray();
    byte[] text = strings.bytes();
    byte[] extension =
        names.length == 0 ? new byte[0] : extension(order, names, table + text.length);
    head.put(0, MAGIC)
        .putInt(20, sorted.size())
        .putInt(24, text.length)
        .put(28, order.equals(ByteOrder.LITTLE_ENDIAN) ? LITTLE_ENDIAN : BIG_ENDIAN)
        .putInt(32, names.length == 0 ? 0 : aligned(table + text.length));
    return ByteBuffer.allocate(table + text.length + extension.length)
        .put(head.array())
        .put(text)
        .put(extension)
        .array();
  }

  private static int aligned(int offset) {
    return (offset + 3) & -4;
  }

  /** A directory of one section, the names of the glibc-hwcaps subdirectories. */
  private static byte[] extension(ByteOrder order, int[] names, int end) {
    int padding = aligned(end) - end;
    int directory = 8 + LdSoCacheReader.EXTENSION_SECTION;
    ByteBuffer extension =
        ByteBuffer.allocate(padding + directory + 4 * names.length)
            .order(order)
            .position(padding)
            .putInt(LdSoCacheReader.EXTENSION_MAGIC)
            .putInt(1)
            .putInt(LdSoCacheReader.HWCAPS_TAG)
            .putInt(0)
            .putInt(end + padding + directory)
            .putInt(4 * names.length);
    for (int name : names) {
      extension.putInt(name);
    }
    return extension.array();
  }

  /** Each text once, terminated by NUL. */
  private static final class Strings {
    private final int start;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<String, Integer> offsets = new LinkedHashMap<>();

    Strings(int start) {
      this.start = start;
    }

    int offset(String text) {
      return offsets.computeIfAbsent(
          text,
          absent -> {
            int offset = start + bytes.size();
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            return offset;
          });
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /** A name as one character for each byte, for it is bytes that glibc compares. */
  private static String bytes(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /**
   * glibc's order of names: runs of digits compare as numbers, and a digit comes after anything
   * else (elf/dl-cache.c, {@code _dl_cache_libcmp}).
   *
   * @param left a byte in each character
   * @param right likewise
   * @param signedChar whether bytes above 0x7f are below all others
   */
  static int compareNames(String left, String right, boolean signedChar) {
    int l = 0;
    int r = 0;
    while (l < left.length()) {
      boolean leftDigit = isDigit(left, l);
      boolean rightDigit = isDigit(right, r);
      if (leftDigit != rightDigit) {
        return leftDigit ? 1 : -1;
      }
      int leftEnd = leftDigit ? digitsEnd(left, l) : l + 1;
      int rightEnd = rightDigit ? digitsEnd(right, r) : r + 1;
      int difference =
          leftDigit
              ? new BigInteger(left.substring(l, leftEnd))
                  .compareTo(new BigInteger(right.substring(r, rightEnd)))
              : value(left, l, signedChar) - value(right, r, signedChar);
      if (difference != 0) {
        return difference;
      }
      l = leftEnd;
      r = rightEnd;
    }
    return -value(right, r, signedChar);
  }

  /** C's string ends with a zero, which is above the negative bytes. */
  private static int value(String text, int at, boolean signedChar) {
    if (at >= text.length()) {
      return 0;
    }
    return signedChar ? (byte) text.charAt(at) : text.charAt(at);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (isDigit(text, end)) {
      end++;
    }
    return end;
  }
}
