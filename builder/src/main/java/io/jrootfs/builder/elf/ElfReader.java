package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads what a loader reads of an ELF file: the header, the program headers and what they point to.
 * Section headers play no part, since stripped files need not have any (ELF gABI).
 */
public final class ElfReader {
  private static final int MAGIC = 0x7f454c46;
  private static final int EI_NIDENT = 16;

  /** {@code e_phnum} when the real number stands in {@code sh_info} of section 0. */
  private static final int PN_XNUM = 0xffff;

  /**
   * The kernel executes nothing with more than 64 KiB of program headers (fs/binfmt_elf.c); this
   * bounds the time a hostile file costs.
   */
  private static final long MAX_PROGRAM_HEADERS = 1 << 17;

  private final ElfInput input;

  private ElfReader(ElfInput input) {
    this.input = input;
  }

  /**
   * Reads a regular file.
   *
   * @return empty if the file does not start with the ELF magic
   * @throws MalformedElfException if it does, and then breaks the format
   * @throws IOException if it cannot be opened or read
   */
  public static Optional<ElfFile> read(Path file) throws IOException, MalformedElfException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return read(file.toString(), channel);
    }
  }

  /**
   * Reads from a channel, which stays open.
   *
   * @param name what errors call the file
   * @return empty if the file does not start with the ELF magic
   * @throws MalformedElfException if it does, and then breaks the format
   * @throws IOException if the channel fails
   */
  public static Optional<ElfFile> read(String name, SeekableByteChannel channel)
      throws IOException, MalformedElfException {
    ElfReader reader = new ElfReader(new ElfInput(name, channel));
    return reader.isElf() ? Optional.of(reader.file()) : Optional.empty();
  }

  /** All that a closure wants to know; empty if the file does not start with the ELF magic. */
  static Optional<ElfContents> contents(ElfInput input, SymbolNames wanted)
      throws IOException, MalformedElfException {
    ElfReader reader = new ElfReader(input);
    return reader.isElf() ? Optional.of(reader.contents(wanted)) : Optional.empty();
  }

  private ElfContents contents(SymbolNames wanted) throws IOException, MalformedElfException {
    Parts parts = parts();
    ElfFile file = file(parts);
    if (parts.table().isEmpty()) {
      return new ElfContents(file, ElfPart.of(ElfVersions.NONE), ElfPart.of(ImmutableSet.of()));
    }
    DynamicTable table = parts.table().get();
    return new ElfContents(
        file,
        ElfPart.reading(() -> new ElfVersionReader(input, table).read()),
        ElfPart.reading(() -> parts.symbols(input, table).read(/* areDefined= */ false, wanted)));
  }

  /**
   * The symbol versions of a regular file; none if it is not ELF or has no dynamic section.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be opened or read
   */
  public static ElfVersions versions(Path file) throws IOException, MalformedElfException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return versions(file.toString(), channel);
    }
  }

  /** The same from a channel, which stays open. */
  static ElfVersions versions(String name, SeekableByteChannel channel)
      throws IOException, MalformedElfException {
    ElfReader reader = new ElfReader(new ElfInput(name, channel));
    Optional<Parts> parts = reader.isElf() ? Optional.of(reader.parts()) : Optional.empty();
    Optional<DynamicTable> table = parts.flatMap(Parts::table);
    return table.isEmpty()
        ? ElfVersions.NONE
        : new ElfVersionReader(reader.input, table.get()).read();
  }

  /**
   * The names of the symbols a regular file wants from others, where it has a table to look them up
   * by; none if it is not ELF or has no dynamic section.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be opened or read
   */
  public static ImmutableSortedSet<String> imports(Path file)
      throws IOException, MalformedElfException {
    return symbols(file, /* areDefined= */ false);
  }

  /**
   * The names of the symbols a regular file has for others, in the same way.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be opened or read
   */
  public static ImmutableSortedSet<String> exports(Path file)
      throws IOException, MalformedElfException {
    return symbols(file, /* areDefined= */ true);
  }

  /**
   * Texts of a regular file that look like the name of a library, {@code lib*.so*}, in what it
   * cannot change while it runs; none if it is not ELF. A hundred at most, of its first 64 MiB.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be opened or read
   */
  public static ImmutableSortedSet<String> libraryNames(Path file)
      throws IOException, MalformedElfException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ElfReader reader = new ElfReader(new ElfInput(file.toString(), channel));
      return reader.isElf()
          ? new LibraryNames(reader.input).in(reader.parts().segments())
          : ImmutableSortedSet.of();
    }
  }

  private static ImmutableSortedSet<String> symbols(Path file, boolean areDefined)
      throws IOException, MalformedElfException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ElfReader reader =
          new ElfReader(new ElfInput(file.toString(), channel, ElfInput.MAX_SYMBOL_NAME_BYTES));
      Optional<Parts> parts = reader.isElf() ? Optional.of(reader.parts()) : Optional.empty();
      return parts.isEmpty() || parts.get().table().isEmpty()
          ? ImmutableSortedSet.of()
          : parts.get().symbols(reader.input, parts.get().table().get()).read(areDefined);
    }
  }

  private boolean isElf() throws IOException, MalformedElfException {
    return input.size() >= 4
        && input.at("magic", 0, 4).order(ByteOrder.BIG_ENDIAN).getInt() == MAGIC;
  }

  /** What every reader starts from. */
  private record Parts(ElfHeader header, Segments segments, Optional<DynamicTable> table) {
    ElfSymbolReader symbols(ElfInput input, DynamicTable table) {
      return new ElfSymbolReader(input, header, table, segments.interpreter().isPresent());
    }
  }

  private ElfFile file() throws IOException, MalformedElfException {
    return file(parts());
  }

  private ElfFile file(Parts parts) throws IOException, MalformedElfException {
    Segments segments = parts.segments();
    ElfClass elfClass = parts.header().elfClass();
    return new ElfFile(
        parts.header(),
        segments.loads().size(),
        segments.interpreter(),
        parts.table().isPresent()
            ? Optional.of(new ElfDynamicReader(parts.table().get()).read())
            : Optional.empty(),
        new ElfNoteReader(input, elfClass).read(segments.notes()));
  }

  private Parts parts() throws IOException, MalformedElfException {
    ByteBuffer ident = input.at("ELF header", 0, EI_NIDENT);
    ElfClass elfClass = elfClass(ident.get(4));
    ByteOrder order = byteOrder(ident.get(5));
    int identVersion = Byte.toUnsignedInt(ident.get(6));
    int osAbi = Byte.toUnsignedInt(ident.get(7));
    int abiVersion = Byte.toUnsignedInt(ident.get(8));
    input.setOrder(order);

    ByteBuffer raw = input.at("ELF header", 0, elfClass.headerSize()).position(EI_NIDENT);
    int type = Short.toUnsignedInt(raw.getShort());
    int machine = Short.toUnsignedInt(raw.getShort());
    int version = raw.getInt();
    word(raw, elfClass); // e_entry
    long programHeaderOffset = word(raw, elfClass);
    long sectionHeaderOffset = word(raw, elfClass);
    int flags = raw.getInt();
    raw.getShort(); // e_ehsize: no loader looks at it
    int programHeaderSize = Short.toUnsignedInt(raw.getShort());
    int programHeaders = Short.toUnsignedInt(raw.getShort());
    ElfHeader header =
        new ElfHeader(
            elfClass, order, identVersion, osAbi, abiVersion, type, machine, version, flags);
    input.setHeader(header);

    Segments segments =
        segments(
            elfClass,
            programHeaderOffset,
            programHeaderSize,
            programHeaders == PN_XNUM
                ? extendedCount(elfClass, sectionHeaderOffset)
                : programHeaders);
    return new Parts(header, segments, DynamicTable.read(input, elfClass, segments));
  }

  private ElfClass elfClass(byte value) throws MalformedElfException {
    return switch (value) {
      case 1 -> ElfClass.ELFCLASS32;
      case 2 -> ElfClass.ELFCLASS64;
      default ->
          throw input.malformed(
              "EI_CLASS", 4, "is " + Byte.toUnsignedInt(value) + ", neither 32-bit nor 64-bit");
    };
  }

  private ByteOrder byteOrder(byte value) throws MalformedElfException {
    return switch (value) {
      case 1 -> ByteOrder.LITTLE_ENDIAN;
      case 2 -> ByteOrder.BIG_ENDIAN;
      default ->
          throw input.malformed(
              "EI_DATA",
              5,
              "is " + Byte.toUnsignedInt(value) + ", neither little-endian nor big-endian");
    };
  }

  private long extendedCount(ElfClass elfClass, long sectionHeaderOffset)
      throws IOException, MalformedElfException {
    if (sectionHeaderOffset == 0) {
      throw input.malformed(
          "e_phnum", elfClass == ElfClass.ELFCLASS64 ? 56 : 44, "is PN_XNUM without section 0");
    }
    // sh_info stands behind name, type, flags, addr, offset, size and link.
    int shInfo = elfClass == ElfClass.ELFCLASS64 ? 44 : 28;
    ByteBuffer section =
        input.at("section header 0", sectionHeaderOffset, elfClass.sectionHeaderSize());
    return Integer.toUnsignedLong(section.getInt(shInfo));
  }

  private Segments segments(ElfClass elfClass, long offset, int entrySize, long count)
      throws IOException, MalformedElfException {
    Segments segments = new Segments(input);
    if (count == 0) {
      return segments;
    }
    if (entrySize != elfClass.programHeaderSize()) {
      throw input.malformed(
          "e_phentsize",
          elfClass == ElfClass.ELFCLASS64 ? 54 : 42,
          "is " + entrySize + " instead of " + elfClass.programHeaderSize());
    }
    input.requireInside("program header table", offset, count * entrySize);
    if (count > MAX_PROGRAM_HEADERS) {
      throw input.malformed(
          "program header table",
          offset,
          "has " + count + " entries, more than the " + MAX_PROGRAM_HEADERS + " supported");
    }
    for (int i = 0; i < count; i++) {
      long at = offset + (long) i * entrySize;
      ByteBuffer raw = input.at("program header", at, entrySize);
      segments.add(i, at, programHeader(elfClass, raw));
    }
    return segments;
  }

  private static ProgramHeader programHeader(ElfClass elfClass, ByteBuffer raw) {
    int type = raw.getInt();
    // Of 64 bits p_flags moved up here for alignment.
    int flags = elfClass == ElfClass.ELFCLASS64 ? raw.getInt() : 0;
    long offset = word(raw, elfClass);
    long address = word(raw, elfClass);
    word(raw, elfClass); // p_paddr
    long fileSize = word(raw, elfClass);
    word(raw, elfClass); // p_memsz
    if (elfClass == ElfClass.ELFCLASS32) {
      flags = raw.getInt();
    }
    return new ProgramHeader(type, flags, offset, address, fileSize, word(raw, elfClass));
  }

  /** An address, offset or size: unsigned, 4 or 8 bytes wide. */
  static long word(ByteBuffer raw, ElfClass elfClass) {
    return elfClass == ElfClass.ELFCLASS64 ? raw.getLong() : Integer.toUnsignedLong(raw.getInt());
  }
}
