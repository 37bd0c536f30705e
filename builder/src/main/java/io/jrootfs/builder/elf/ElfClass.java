package io.jrootfs.builder.elf;

/** EI_CLASS: how wide addresses are, and with them every structure of the file (ELF gABI). */
public enum ElfClass {
  ELFCLASS32(1, 52, 32, 40, 8),
  ELFCLASS64(2, 64, 56, 64, 16);

  private final int value;
  private final int headerSize;
  private final int programHeaderSize;
  private final int sectionHeaderSize;
  private final int dynamicEntrySize;

  ElfClass(
      int value,
      int headerSize,
      int programHeaderSize,
      int sectionHeaderSize,
      int dynamicEntrySize) {
    this.value = value;
    this.headerSize = headerSize;
    this.programHeaderSize = programHeaderSize;
    this.sectionHeaderSize = sectionHeaderSize;
    this.dynamicEntrySize = dynamicEntrySize;
  }

  /** The byte in {@code e_ident}. */
  public int value() {
    return value;
  }

  /** {@code sizeof(Elf_Ehdr)} in bytes. */
  public int headerSize() {
    return headerSize;
  }

  /** {@code sizeof(Elf_Phdr)} in bytes. */
  public int programHeaderSize() {
    return programHeaderSize;
  }

  /** {@code sizeof(Elf_Shdr)} in bytes. */
  public int sectionHeaderSize() {
    return sectionHeaderSize;
  }

  /** {@code sizeof(Elf_Dyn)} in bytes. */
  public int dynamicEntrySize() {
    return dynamicEntrySize;
  }
}
