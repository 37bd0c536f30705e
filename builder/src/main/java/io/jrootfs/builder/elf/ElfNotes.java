package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;

/**
 * What notes of an ELF file say to those who load it.
 *
 * @param dlopen the JSON texts of {@code .note.dlopen}, in order, unread
 * @param x86IsaNeeded GNU_PROPERTY_X86_ISA_1_NEEDED: bit 0 for the baseline, 1 to 3 for x86-64-v2
 *     to v4; 0 if it is not said
 * @see <a href="https://uapi-group.org/specifications/specs/elf_dlopen_metadata/">UAPI.12, ELF
 *     dlopen() metadata</a>
 */
public record ElfNotes(ImmutableList<String> dlopen, int x86IsaNeeded) {
  /** A file without such notes. */
  public static final ElfNotes NONE = new ElfNotes(ImmutableList.of(), 0);

  /** The level N of x86-64-vN that a processor must have; 1 is every processor. */
  public int x86Level() {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(x86IsaNeeded & 0xf));
  }
}
