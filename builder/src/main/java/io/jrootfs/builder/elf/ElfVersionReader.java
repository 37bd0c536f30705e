package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * From DT_VERNEED and DT_VERDEF to {@link ElfVersions}. Both are linked lists; loaders follow the
 * links and do not look at the counts (glibc, elf/dl-version.c).
 */
final class ElfVersionReader {
  private static final long DT_VERDEF = 0x6ffffffc;
  private static final long DT_VERNEED = 0x6ffffffe;
  private static final int NEED_SIZE = 16;
  private static final int DEFINITION_SIZE = 20;
  private static final int NAME_SIZE = 8;
  private static final int VER_FLG_WEAK = 2;

  /** libc.so.6 defines some forty, Qt needs some hundred. */
  private static final int MAX_LINKS = 1 << 14;

  private final ElfInput input;
  private final DynamicTable table;
  private int links;

  ElfVersionReader(ElfInput input, DynamicTable table) {
    this.input = input;
    this.table = table;
  }

  ElfVersions read() throws IOException, MalformedElfException {
    Optional<Long> definitions = table.last(DT_VERDEF);
    return new ElfVersions(
        needs(table.last(DT_VERNEED)), definitions(definitions), definitions.isPresent());
  }

  private ImmutableList<ElfVersions.Need> needs(Optional<Long> address)
      throws IOException, MalformedElfException {
    ImmutableList.Builder<ElfVersions.Need> needs = ImmutableList.builder();
    long at = start("DT_VERNEED", address, NEED_SIZE);
    while (at >= 0) {
      ByteBuffer raw = input.at("DT_VERNEED entry", at, NEED_SIZE);
      long file = Integer.toUnsignedLong(raw.getInt(4));
      long each = at + Integer.toUnsignedLong(raw.getInt(8));
      at = next("DT_VERNEED", at, raw.getInt(12));
      String name = table.name("vn_file", file);
      while (each >= 0) {
        ByteBuffer aux = input.at("DT_VERNEED version", each, NEED_SIZE);
        boolean isWeak = (aux.getShort(4) & VER_FLG_WEAK) != 0;
        long version = Integer.toUnsignedLong(aux.getInt(8));
        each = next("DT_VERNEED", each, aux.getInt(12));
        needs.add(
            new ElfVersions.Need(
                name,
                new ElfVersions.Version(table.name("vna_name", version), aux.getInt(0)),
                isWeak));
      }
    }
    return needs.build();
  }

  private ImmutableSet<ElfVersions.Version> definitions(Optional<Long> address)
      throws IOException, MalformedElfException {
    ImmutableSet.Builder<ElfVersions.Version> versions = ImmutableSet.builder();
    long at = start("DT_VERDEF", address, DEFINITION_SIZE);
    while (at >= 0) {
      ByteBuffer raw = input.at("DT_VERDEF entry", at, DEFINITION_SIZE);
      int hash = raw.getInt(8);
      long first = at + Integer.toUnsignedLong(raw.getInt(12));
      at = next("DT_VERDEF", at, raw.getInt(16));
      // The names behind the first are those of parents.
      ByteBuffer aux = input.at("DT_VERDEF name", first, NAME_SIZE);
      String name = table.name("vda_name", Integer.toUnsignedLong(aux.getInt(0)));
      versions.add(new ElfVersions.Version(name, hash));
    }
    return versions.build();
  }

  private long start(String field, Optional<Long> address, int size) throws MalformedElfException {
    return address.isEmpty() ? -1 : table.located(field, address.get(), size).offset();
  }

  /** The offset a link leads to; -1 at the end. */
  private long next(String field, long at, int link) throws MalformedElfException {
    if (++links > MAX_LINKS) {
      throw input.malformed(
          field, at, "has more than " + MAX_LINKS + " entries, or goes in circles");
    }
    return link == 0 ? -1 : at + Integer.toUnsignedLong(link);
  }
}
