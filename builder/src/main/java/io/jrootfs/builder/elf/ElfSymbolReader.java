package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The names of the symbols in DT_SYMTAB: what an object calls elsewhere, and what it defines. */
final class ElfSymbolReader {
  private static final long DT_HASH = 4;
  private static final long DT_SYMTAB = 6;
  private static final long DT_GNU_HASH = 0x6ffffef5;

  private static final int EM_S390 = 22;

  /** The largest libraries import some ten thousand. */
  private static final long MAX_SYMBOLS = 1 << 20;

  /** From so many on it is faster to look a hundred names up than to go through all. */
  private static final long MANY_BUCKETS = 1024;

  private final ElfInput input;
  private final ElfClass elfClass;
  private final int machine;
  private final DynamicTable table;
  private final boolean isProgram;

  /**
   * A reader of one table.
   *
   * @param isProgram whether the file names an interpreter
   */
  ElfSymbolReader(ElfInput input, ElfHeader header, DynamicTable table, boolean isProgram) {
    this.isProgram = isProgram;
    this.input = input;
    this.elfClass = header.elfClass();
    this.machine = header.machine();
    this.table = table;
  }

  /**
   * Reads all names.
   *
   * @param areDefined whether those of defined symbols or of undefined ones
   */
  ImmutableSortedSet<String> read(boolean areDefined) throws IOException, MalformedElfException {
    ImmutableSortedSet.Builder<String> found = ImmutableSortedSet.naturalOrder();
    for (int name : names(areDefined, count(areDefined, Optional.empty()))) {
      found.add(table.name("st_name", name));
    }
    return found.build();
  }

  /** Those of the names that are {@code wanted}. */
  ImmutableSortedSet<String> read(boolean areDefined, SymbolNames wanted)
      throws IOException, MalformedElfException {
    boolean[] isThere = new boolean[wanted.count()];
    Optional<GnuHashTable> large = areDefined ? Optional.empty() : largeTable();
    if (large.isPresent()) {
      lookUp(large.get(), wanted, isThere);
    }
    int start = 0;
    int end = 0;
    byte[] some = {};
    for (int name : names(areDefined, count(areDefined, large))) {
      DynamicTable.Range strings = table.strings();
      int length = (int) Math.min(wanted.enough(), strings.size() - name);
      if (name + length > end) {
        start = strings.size() <= ElfInput.STRETCH ? 0 : name;
        int much = (int) Math.min(ElfInput.STRETCH, strings.size() - start);
        some = input.array("st_name", strings.offset() + start, much);
        end = start + much;
      }
      int index = wanted.indexOf(some, name - start, name - start + length);
      if (index >= 0) {
        isThere[index] = true;
      }
    }
    ImmutableSortedSet.Builder<String> found = ImmutableSortedSet.naturalOrder();
    for (int i = 0; i < isThere.length; i++) {
      if (isThere[i]) {
        found.add(wanted.name(i));
      }
    }
    return found.build();
  }

  private Optional<GnuHashTable> gnuHash() throws IOException, MalformedElfException {
    Optional<Long> address = table.last(DT_GNU_HASH);
    return address.isEmpty()
        ? Optional.empty()
        : Optional.of(GnuHashTable.read(input, elfClass, table, address.get()));
  }

  /** One that leads to symbols faster than reading all of them does. */
  private Optional<GnuHashTable> largeTable() throws IOException, MalformedElfException {
    return isProgram && table.last(DT_SYMTAB).isPresent()
        ? gnuHash().filter(it -> it.first() > 1 && it.buckets() >= MANY_BUCKETS)
        : Optional.empty();
  }

  /** Of what is in a table, those that are wanted and undefined. */
  private void lookUp(GnuHashTable large, SymbolNames wanted, boolean[] isThere)
      throws IOException, MalformedElfException {
    long symbols = table.last(DT_SYMTAB).orElseThrow();
    for (int i = 0; i < isThere.length; i++) {
      for (long symbol : large.symbols(wanted.gnuHash(i))) {
        isThere[i] |= isUndefined(symbols + symbol * symbolSize(), wanted, i);
      }
    }
  }

  private boolean isUndefined(long address, SymbolNames wanted, int index)
      throws IOException, MalformedElfException {
    long at = table.located("DT_SYMTAB", address, symbolSize()).offset();
    ByteBuffer raw = input.table("DT_SYMTAB", at, symbolSize());
    long name = Integer.toUnsignedLong(raw.getInt(0));
    DynamicTable.Range strings = table.strings();
    if (raw.getShort(sectionOffset()) != 0 || name >= strings.size()) {
      return false;
    }
    int length = (int) Math.min(wanted.enough(), strings.size() - name);
    byte[] text = input.array("st_name", strings.offset() + name, length);
    return wanted.indexOf(text, 0, length) == index;
  }

  private int symbolSize() {
    return elfClass == ElfClass.ELFCLASS64 ? 24 : 16;
  }

  private int sectionOffset() {
    return elfClass == ElfClass.ELFCLASS64 ? 6 : 14;
  }

  /**
   * Indices of the string table. If that is too large to be read at once they are in its order:
   * each table is then read from start to end.
   */
  private int[] names(boolean areDefined, long all) throws IOException, MalformedElfException {
    Optional<Long> address = table.last(DT_SYMTAB);
    long count = Math.min(all, MAX_SYMBOLS);
    if (address.isEmpty() || count == 0 || table.last(DynamicTable.DT_STRTAB).isEmpty()) {
      return new int[0];
    }
    int size = symbolSize();
    int section = sectionOffset();
    DynamicTable.Range symbols = table.located("DT_SYMTAB", address.get(), count * size);
    long stringsSize = Math.min(table.strings().size(), Integer.MAX_VALUE);
    int left = (int) (symbols.size() / size);
    int[] names = new int[left];
    int found = 0;
    for (long at = symbols.offset(); left > 0; ) {
      int some = Math.min(left, ElfInput.STRETCH / size);
      byte[] raw = input.array("DT_SYMTAB", at, some * size);
      for (int i = 0; i < some * size; i += size) {
        boolean isDefined = (raw[i + section] | raw[i + section + 1]) != 0;
        long name = isDefined == areDefined ? input.word(raw, i) : 0;
        if (name != 0 && name < stringsSize) {
          names[found++] = (int) name;
        }
      }
      left -= some;
      at += (long) some * size;
    }
    names = Arrays.copyOf(names, found);
    if (stringsSize > ElfInput.STRETCH) {
      Arrays.sort(names);
    }
    return names;
  }

  /**
   * How many symbols there are; no tag says so. DT_HASH has a chain for each. DT_GNU_HASH leaves
   * out most of the undefined ones, which then stand before its first; the last chain ends the
   * table. Of a table that hashes nothing linkers give 1 for the first; then only the string table,
   * which they put right behind, tells where symbols end.
   *
   * @param searched the table whose own symbols need not be counted
   */
  private long count(boolean areDefined, Optional<GnuHashTable> searched)
      throws IOException, MalformedElfException {
    if (searched.isPresent()) {
      return searched.get().first();
    }
    Optional<Long> hash = table.last(DT_HASH);
    Optional<GnuHashTable> gnuHash = gnuHash();
    if (gnuHash.isPresent()) {
      long first = gnuHash.get().first();
      // Only a program has undefined symbols that others find: functions whose address it took are
      // at its own stubs for everybody. Libraries have their largest tables behind these.
      boolean isEnough = !areDefined && !isProgram && first > 1;
      long count = isEnough ? first : gnuHash.get().count(MAX_SYMBOLS);
      return count > 1 ? count : countUpToStrings();
    }
    return hash.isPresent() ? chains(hash.get()) : 0;
  }

  private long chains(long address) throws IOException, MalformedElfException {
    // The one 64-bit architecture of ours where the words of DT_HASH are 64 bits wide.
    boolean isWide = elfClass == ElfClass.ELFCLASS64 && machine == EM_S390;
    long at = table.located("DT_HASH", address, 16).offset();
    ByteBuffer raw = input.at("DT_HASH", at, 16);
    return isWide ? raw.getLong(8) : Integer.toUnsignedLong(raw.getInt(4));
  }

  private long countUpToStrings() {
    long symbols = table.last(DT_SYMTAB).orElse(0L);
    long strings = table.last(DynamicTable.DT_STRTAB).orElse(0L);
    return strings > symbols ? (strings - symbols) / symbolSize() : 0;
  }
}
