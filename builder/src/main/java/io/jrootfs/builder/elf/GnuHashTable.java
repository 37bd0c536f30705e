package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * DT_GNU_HASH, by which loaders find a symbol among those that others may ask for: a Bloom filter,
 * buckets, and chains of hashes in the order of the symbols (glibc, elf/dl-lookup.c, {@code
 * do_lookup_x}).
 */
final class GnuHashTable {
  private static final int HEADER = 16;
  private static final int FIRST_HASH = 5381;

  /** Bounds what a table costs whose chains do not end. */
  private static final long MAX_STEPS = 1 << 20;

  private final ElfInput input;
  private final int wordSize;
  private final long buckets;
  private final long first;
  private final long words;
  private final int shift;
  private final long start;
  private long steps;

  private GnuHashTable(ElfInput input, ElfClass elfClass, long at, ByteBuffer header) {
    this.input = input;
    this.wordSize = elfClass == ElfClass.ELFCLASS64 ? 8 : 4;
    this.buckets = Integer.toUnsignedLong(header.getInt(0));
    this.first = Integer.toUnsignedLong(header.getInt(4));
    this.words = Integer.toUnsignedLong(header.getInt(8));
    this.shift = header.getInt(12);
    this.start = at + HEADER;
  }

  static GnuHashTable read(ElfInput input, ElfClass elfClass, DynamicTable table, long address)
      throws IOException, MalformedElfException {
    long at = table.located("DT_GNU_HASH", address, HEADER).offset();
    return new GnuHashTable(input, elfClass, at, input.at("DT_GNU_HASH", at, HEADER));
  }

  /** What a name is called in such tables. */
  static int hash(byte[] name) {
    int hash = FIRST_HASH;
    for (byte each : name) {
      hash = hash * 33 + Byte.toUnsignedInt(each);
    }
    return hash;
  }

  /** The first symbol that is in it; those before are of no interest to others. */
  long first() {
    return first;
  }

  long buckets() {
    return buckets;
  }

  private long bucketsAt() {
    return start + words * wordSize;
  }

  private long chain(long symbol) {
    return bucketsAt() + (buckets + symbol - first) * 4;
  }

  /** The symbols of a hash; rarely any that is not of the name, whose own is among them. */
  ImmutableList<Long> symbols(int hash) throws IOException, MalformedElfException {
    if (buckets == 0 || words == 0 || !filterPasses(hash)) {
      return ImmutableList.of();
    }
    long bucket = Integer.toUnsignedLong(hash) % buckets;
    long symbol =
        Integer.toUnsignedLong(
            input.table("DT_GNU_HASH buckets", bucketsAt() + bucket * 4, 4).getInt());
    ImmutableList.Builder<Long> found = ImmutableList.builder();
    boolean isLast = symbol < first;
    while (!isLast && ++steps < MAX_STEPS) {
      // The lowest bit of a hash marks the end of its chain.
      int here = input.at("DT_GNU_HASH chain", chain(symbol), 4).getInt();
      if ((here | 1) == (hash | 1)) {
        found.add(symbol);
      }
      isLast = (here & 1) != 0;
      symbol++;
    }
    return found.build();
  }

  private boolean filterPasses(int hash) throws IOException, MalformedElfException {
    int bits = wordSize * 8;
    long index = Integer.toUnsignedLong(hash) / bits % words;
    ByteBuffer raw = input.table("DT_GNU_HASH filter", start + index * wordSize, wordSize);
    long word = wordSize == 8 ? raw.getLong() : raw.getInt();
    long one = word >>> (hash & (bits - 1));
    long other = word >>> ((hash >>> shift) & (bits - 1));
    return (one & other & 1) != 0;
  }

  /**
   * How many symbols there are up to the last one in it, or to its first if there is none.
   *
   * @param most how many are counted
   */
  long count(long most) throws IOException, MalformedElfException {
    long last = 0;
    long counted = Math.min(buckets, most);
    for (long i = 0; i < counted; ) {
      int some = (int) Math.min(counted - i, ElfInput.STRETCH / 4);
      ByteBuffer raw = input.table("DT_GNU_HASH buckets", bucketsAt() + i * 4, some * 4);
      while (raw.hasRemaining()) {
        last = Math.max(last, Integer.toUnsignedLong(raw.getInt()));
      }
      i += some;
    }
    if (last < first) {
      return first;
    }
    while ((input.at("DT_GNU_HASH chain", chain(last), 4).getInt() & 1) == 0 && last < most) {
      last++;
    }
    return last + 1;
  }
}
