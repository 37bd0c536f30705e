package io.jrootfs.builder.elf;

/**
 * The part of a program header that says where bytes stand. All but the type unsigned.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset {@code p_offset}, bytes from the start of the file
 * @param address {@code p_vaddr}
 * @param fileSize {@code p_filesz} in bytes
 * @param alignment {@code p_align}
 */
record ProgramHeader(
    int type, int flags, long offset, long address, long fileSize, long alignment) {
  static final int PT_LOAD = 1;
  static final int PT_DYNAMIC = 2;
  static final int PT_INTERP = 3;
  static final int PT_NOTE = 4;

  private static final int PF_W = 2;

  /** Whether the program may change what is there. */
  boolean isWritable() {
    return (flags & PF_W) != 0;
  }

  /** Whether the file holds the byte that will stand at {@code other}. */
  boolean holds(long other) {
    return Long.compareUnsigned(other - address, fileSize) < 0
        && Long.compareUnsigned(other, address) >= 0;
  }
}
