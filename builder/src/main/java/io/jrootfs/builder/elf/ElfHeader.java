package io.jrootfs.builder.elf;

import java.nio.ByteOrder;

/**
 * What the ELF header says about the file as a whole; enough for a loader to pass it over.
 *
 * @param elfClass EI_CLASS
 * @param byteOrder EI_DATA
 * @param identVersion EI_VERSION, 0 to 255; only version 1 exists, but not every loader looks
 * @param osAbi EI_OSABI, 0 to 255
 * @param abiVersion EI_ABIVERSION, 0 to 255
 * @param type {@code e_type}, 0 to 0xffff
 * @param machine {@code e_machine}, 0 to 0xffff
 * @param version {@code e_version}, all 32 bits; as {@code identVersion}
 * @param flags {@code e_flags}, all 32 bits
 * @see <a href="https://gabi.xinuos.com/elf/02-eheader.html">ELF gABI, ELF header</a>
 */
public record ElfHeader(
    ElfClass elfClass,
    ByteOrder byteOrder,
    int identVersion,
    int osAbi,
    int abiVersion,
    int type,
    int machine,
    int version,
    int flags) {
  /** A relocatable object file, as the compiler writes it. */
  public static final int ET_REL = 1;

  /** An executable that must stand at the addresses it names. */
  public static final int ET_EXEC = 2;

  /** A shared object or a position-independent executable. */
  public static final int ET_DYN = 3;

  /** A core dump. */
  public static final int ET_CORE = 4;

  /** Whether both run on the same processor in the same mode. */
  public boolean isForSameMachineAs(ElfHeader other) {
    return elfClass == other.elfClass && byteOrder == other.byteOrder && machine == other.machine;
  }

  /** The machine in words, such as {@code x86-64} or {@code machine 9999 (64-bit)}. */
  public String machineName() {
    return ElfMachine.of(this)
        .map(ElfMachine::displayName)
        .orElseGet(
            () ->
                "machine "
                    + machine
                    + (elfClass == ElfClass.ELFCLASS64 ? " (64-bit)" : " (32-bit)"));
  }
}
