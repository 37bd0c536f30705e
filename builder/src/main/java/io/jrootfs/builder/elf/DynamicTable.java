package io.jrootfs.builder.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The entries of PT_DYNAMIC, and what they point to. */
final class DynamicTable {
  static final long DT_STRTAB = 5;
  static final long DT_STRSZ = 10;

  private static final long DT_NULL = 0;

  /** Ordinary files have some thirty entries, large programs some hundred. */
  private static final int MAX_ENTRIES = 1 << 16;

  private static final int USUAL_ENTRIES = 40;

  private final ElfInput input;
  private final Segments segments;

  /** Of each entry the tag and then the value, as they stand in the file. */
  private final long[] entries;

  /** A bit for the last six bits of each tag: of most that are asked for there is no entry. */
  private final long present;

  private @Nullable Range strings;

  /** A stretch of the file. */
  record Range(long offset, long size) {}

  private DynamicTable(ElfInput input, Segments segments, long[] entries) {
    this.input = input;
    this.segments = segments;
    this.entries = entries;
    long bits = 0;
    for (int at = 0; at < entries.length; at += 2) {
      bits |= 1L << entries[at];
    }
    this.present = bits;
  }

  /** Empty if there is none, or, in a file of separate debug information, none of its bytes. */
  static Optional<DynamicTable> read(ElfInput input, ElfClass elfClass, Segments segments)
      throws IOException, MalformedElfException {
    ProgramHeader header = segments.dynamic().orElse(null);
    // objcopy --only-keep-debug keeps the program header and drops the bytes.
    if (header == null || header.fileSize() == 0) {
      return Optional.empty();
    }
    Range table = located(input, segments, "PT_DYNAMIC", header.address(), header.fileSize());
    return Optional.of(new DynamicTable(input, segments, entries(input, elfClass, table)));
  }

  private static long[] entries(ElfInput input, ElfClass elfClass, Range table)
      throws IOException, MalformedElfException {
    long[] entries = new long[2 * USUAL_ENTRIES];
    int entrySize = elfClass.dynamicEntrySize();
    long count = table.size() / entrySize;
    ByteBuffer raw = ByteBuffer.allocate(0);
    for (long i = 0; i < count; i++) {
      if (i == MAX_ENTRIES) {
        throw input.malformed(
            "dynamic section", table.offset(), "has more than " + MAX_ENTRIES + " entries");
      }
      if (!raw.hasRemaining()) {
        int some = (int) Math.min(count - i, ElfInput.WINDOW / entrySize);
        // The table is inside the file, or it would not have been located.
        raw = input.table("dynamic entry", table.offset() + i * entrySize, some * entrySize);
      }
      long tag = ElfReader.word(raw, elfClass);
      if (tag == DT_NULL) {
        return Arrays.copyOf(entries, (int) (2 * i));
      }
      int at = (int) (2 * i);
      entries = at < entries.length ? entries : Arrays.copyOf(entries, 2 * at);
      entries[at] = tag;
      entries[at + 1] = ElfReader.word(raw, elfClass);
    }
    throw input.malformed(
        "dynamic section", table.offset(), "has no DT_NULL within its " + table.size() + " bytes");
  }

  int size() {
    return entries.length / 2;
  }

  long tag(int entry) {
    return entries[2 * entry];
  }

  long value(int entry) {
    return entries[2 * entry + 1];
  }

  /** Of a tag given twice the last one counts (glibc, elf/get-dynamic-info.h). */
  Optional<Long> last(long tag) {
    boolean mayBeThere = (present >>> tag & 1) != 0;
    for (int at = entries.length - 2; mayBeThere && at >= 0; at -= 2) {
      if (entries[at] == tag) {
        return Optional.of(entries[at + 1]);
      }
    }
    return Optional.empty();
  }

  /**
   * Where the bytes of an address stand, as many of {@code wanted} as the file has.
   *
   * @throws MalformedElfException if no PT_LOAD takes the address from the file
   */
  Range located(String field, long address, long wanted) throws MalformedElfException {
    return located(input, segments, field, address, wanted);
  }

  /** The loader sees addresses, not {@code p_offset}. */
  private static Range located(
      ElfInput input, Segments segments, String field, long address, long wanted)
      throws MalformedElfException {
    for (ProgramHeader load : segments.loads()) {
      if (load.holds(address)) {
        long into = address - load.address();
        input.requireInside("PT_LOAD", load.offset(), into);
        long offset = load.offset() + into;
        long left = load.fileSize() - into;
        long size = Long.compareUnsigned(wanted, left) < 0 ? wanted : left;
        input.requireInside(field, offset, size);
        return new Range(offset, size);
      }
    }
    throw input.malformed(
        field,
        segments.dynamic().map(ProgramHeader::offset).orElse(0L),
        "points to address 0x"
            + Long.toHexString(address)
            + ", which no PT_LOAD takes from the file");
  }

  /** The text at an index of the string table; empty without an index. */
  Optional<String> name(String field, Optional<Long> index)
      throws IOException, MalformedElfException {
    return index.isEmpty() ? Optional.empty() : Optional.of(name(field, (long) index.get()));
  }

  /** The text at an index that is there. */
  String name(String field, long index) throws IOException, MalformedElfException {
    Range strings = strings();
    long size = strings.size();
    if (Long.compareUnsigned(index, size) >= 0) {
      throw input.malformed(
          field,
          strings.offset(),
          "has string index "
              + Long.toUnsignedString(index)
              + " in a string table of "
              + size
              + " bytes");
    }
    return input.name(field, strings.offset() + index, size - index);
  }

  /** Where the texts stand: DT_STRTAB, as far as DT_STRSZ and the file go. */
  Range strings() throws MalformedElfException {
    if (strings == null) {
      Range there = located("DT_STRTAB", required("DT_STRTAB", DT_STRTAB), Long.MAX_VALUE);
      long claimed = required("DT_STRSZ", DT_STRSZ);
      strings =
          Long.compareUnsigned(claimed, there.size()) < 0
              ? new Range(there.offset(), claimed)
              : there;
    }
    return strings;
  }

  private long required(String name, long tag) throws MalformedElfException {
    Optional<Long> value = last(tag);
    if (value.isEmpty()) {
      throw input.malformed(
          "dynamic section",
          segments.dynamic().map(ProgramHeader::offset).orElse(0L),
          "names other objects but has no " + name);
    }
    return value.get();
  }
}
