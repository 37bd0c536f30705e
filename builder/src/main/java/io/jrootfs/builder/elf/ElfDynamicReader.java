package io.jrootfs.builder.elf;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From PT_DYNAMIC to {@link ElfDynamic}. */
final class ElfDynamicReader {
  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_STRSZ = 10;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_DEPAUDIT = 0x6ffffefb;
  private static final long DT_AUDIT = 0x6ffffefc;
  private static final long DT_FLAGS_1 = 0x6ffffffb;
  private static final long DT_AUXILIARY = 0x7ffffffd;
  private static final long DT_FILTER = 0x7fffffff;

  /** Ordinary files have some thirty entries, large programs some hundred. */
  private static final int MAX_ENTRIES = 1 << 16;

  private static final Splitter LIST = Splitter.on(':').omitEmptyStrings();

  private final ElfInput input;
  private final ElfClass elfClass;
  private final Segments segments;

  private final List<PendingName> pending = new ArrayList<>();
  private Optional<Long> soname = Optional.empty();
  private Optional<Long> rpath = Optional.empty();
  private Optional<Long> runPath = Optional.empty();
  private Optional<Long> audit = Optional.empty();
  private Optional<Long> depAudit = Optional.empty();
  private Optional<Long> stringTable = Optional.empty();
  private Optional<Long> stringTableSize = Optional.empty();
  private long flags1;

  /** A dependency whose name waits for DT_STRTAB, which may stand behind it. */
  private record PendingName(ElfDependency.Tag tag, long index) {}

  ElfDynamicReader(ElfInput input, ElfClass elfClass, Segments segments) {
    this.input = input;
    this.elfClass = elfClass;
    this.segments = segments;
  }

  Optional<ElfDynamic> read() throws IOException, MalformedElfException {
    ProgramHeader header = segments.dynamic().orElse(null);
    // objcopy --only-keep-debug keeps the program header and drops the bytes.
    if (header == null || header.fileSize() == 0) {
      return Optional.empty();
    }
    readEntries(located("PT_DYNAMIC", header.address(), header.fileSize()));
    ImmutableList.Builder<ElfDependency> dependencies = ImmutableList.builder();
    for (PendingName name : pending) {
      dependencies.add(
          new ElfDependency(name.tag(), name(name.tag().name(), Optional.of(name.index())).get()));
    }
    return Optional.of(
        new ElfDynamic(
            dependencies.build(),
            name("DT_SONAME", soname),
            name("DT_RPATH", rpath),
            name("DT_RUNPATH", runPath),
            auditors(),
            flags1));
  }

  private ImmutableList<String> auditors() throws IOException, MalformedElfException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    names.addAll(LIST.split(name("DT_AUDIT", audit).orElse("")));
    return names.addAll(LIST.split(name("DT_DEPAUDIT", depAudit).orElse(""))).build();
  }

  /** A stretch of the file. */
  private record Range(long offset, long size) {}

  /** Where the bytes of an address stand: the loader sees addresses, not {@code p_offset}. */
  private Range located(String field, long address, long wanted) throws MalformedElfException {
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

  private void readEntries(Range table) throws IOException, MalformedElfException {
    int entrySize = elfClass.dynamicEntrySize();
    for (long i = 0; (i + 1) * entrySize <= table.size(); i++) {
      if (i == MAX_ENTRIES) {
        throw input.malformed(
            "dynamic section", table.offset(), "has more than " + MAX_ENTRIES + " entries");
      }
      ByteBuffer raw = input.at("dynamic entry " + i, table.offset() + i * entrySize, entrySize);
      long tag = ElfReader.word(raw, elfClass);
      if (tag == DT_NULL) {
        return;
      }
      keep(tag, ElfReader.word(raw, elfClass));
    }
    throw input.malformed(
        "dynamic section", table.offset(), "has no DT_NULL within its " + table.size() + " bytes");
  }

  /** Of a tag given twice the last one counts (glibc, elf/get-dynamic-info.h). */
  private void keep(long tag, long value) {
    if (tag == DT_NEEDED) {
      pending.add(new PendingName(ElfDependency.Tag.DT_NEEDED, value));
    } else if (tag == DT_FILTER) {
      pending.add(new PendingName(ElfDependency.Tag.DT_FILTER, value));
    } else if (tag == DT_AUXILIARY) {
      pending.add(new PendingName(ElfDependency.Tag.DT_AUXILIARY, value));
    } else if (tag == DT_SONAME) {
      soname = Optional.of(value);
    } else if (tag == DT_RPATH) {
      rpath = Optional.of(value);
    } else if (tag == DT_RUNPATH) {
      runPath = Optional.of(value);
    } else if (tag == DT_AUDIT) {
      audit = Optional.of(value);
    } else if (tag == DT_DEPAUDIT) {
      depAudit = Optional.of(value);
    } else if (tag == DT_STRTAB) {
      stringTable = Optional.of(value);
    } else if (tag == DT_STRSZ) {
      stringTableSize = Optional.of(value);
    } else if (tag == DT_FLAGS_1) {
      flags1 = value;
    }
  }

  private Optional<String> name(String field, Optional<Long> index)
      throws IOException, MalformedElfException {
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Range strings = located("DT_STRTAB", required("DT_STRTAB", stringTable), Long.MAX_VALUE);
    long claimed = required("DT_STRSZ", stringTableSize);
    long size = Long.compareUnsigned(claimed, strings.size()) < 0 ? claimed : strings.size();
    if (Long.compareUnsigned(index.get(), size) >= 0) {
      throw input.malformed(
          field,
          strings.offset(),
          "has string index "
              + Long.toUnsignedString(index.get())
              + " in a string table of "
              + size
              + " bytes");
    }
    return Optional.of(input.name(field, strings.offset() + index.get(), size - index.get()));
  }

  private long required(String tag, Optional<Long> value) throws MalformedElfException {
    if (value.isEmpty()) {
      throw input.malformed(
          "dynamic section",
          segments.dynamic().map(ProgramHeader::offset).orElse(0L),
          "names other objects but has no " + tag);
    }
    return value.get();
  }
}
