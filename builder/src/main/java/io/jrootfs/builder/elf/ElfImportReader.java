package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeSet;

/** The names of the undefined symbols in DT_SYMTAB: what an object calls elsewhere. */
final class ElfImportReader {
  private static final long DT_HASH = 4;
  private static final long DT_SYMTAB = 6;
  private static final long DT_GNU_HASH = 0x6ffffef5;

  /** The largest libraries import some ten thousand. */
  private static final long MAX_SYMBOLS = 1 << 20;

  private final ElfInput input;
  private final ElfClass elfClass;
  private final DynamicTable table;

  ElfImportReader(ElfInput input, ElfClass elfClass, DynamicTable table) {
    this.input = input;
    this.elfClass = elfClass;
    this.table = table;
  }

  ImmutableSortedSet<String> read() throws IOException, MalformedElfException {
    Optional<Long> address = table.last(DT_SYMTAB);
    long count = Math.min(count(), MAX_SYMBOLS);
    if (address.isEmpty() || count == 0) {
      return ImmutableSortedSet.of();
    }
    int size = elfClass == ElfClass.ELFCLASS64 ? 24 : 16;
    int section = elfClass == ElfClass.ELFCLASS64 ? 6 : 14;
    DynamicTable.Range symbols = table.located("DT_SYMTAB", address.get(), count * size);
    long stringsSize = table.last(DynamicTable.DT_STRSZ).orElse(0L);
    // The names afterwards, in the order they stand: each table is then read from start to end.
    TreeSet<Long> names = new TreeSet<>();
    for (long i = 0; (i + 1) * size <= symbols.size(); i++) {
      ByteBuffer raw = input.at("symbol " + i, symbols.offset() + i * size, size);
      long name = Integer.toUnsignedLong(raw.getInt(0));
      if (raw.getShort(section) == 0 && name != 0 && name < stringsSize) {
        names.add(name);
      }
    }
    ImmutableSortedSet.Builder<String> imports = ImmutableSortedSet.naturalOrder();
    for (long name : names) {
      imports.add(table.name("st_name", name));
    }
    return imports.build();
  }

  /**
   * How many symbols to look at. DT_HASH has a chain for each; DT_GNU_HASH leaves out the undefined
   * ones, which therefore stand before its first. Of a table that hashes nothing linkers give 1 for
   * the first; then only the string table, which they put right behind, tells where symbols end.
   */
  private long count() throws IOException, MalformedElfException {
    Optional<Long> hash = table.last(DT_HASH);
    Optional<Long> gnuHash = table.last(DT_GNU_HASH);
    if (hash.isEmpty() && gnuHash.isEmpty()) {
      return 0;
    }
    if (gnuHash.isEmpty()) {
      return second("DT_HASH", hash.get());
    }
    long first = second("DT_GNU_HASH", gnuHash.get());
    return first > 1 ? first : countUpToStrings();
  }

  private long second(String field, long address) throws IOException, MalformedElfException {
    long at = table.located(field, address, 8).offset();
    return Integer.toUnsignedLong(input.at(field, at, 8).getInt(4));
  }

  private long countUpToStrings() {
    long symbols = table.last(DT_SYMTAB).orElse(0L);
    long strings = table.last(DynamicTable.DT_STRTAB).orElse(0L);
    int size = elfClass == ElfClass.ELFCLASS64 ? 24 : 16;
    return strings > symbols ? (strings - symbols) / size : 0;
  }
}
