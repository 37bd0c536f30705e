package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;

/**
 * Whether a library of a loader's own machine is one of its own ABI as well, which on some machines
 * {@code e_flags} tell (glibc, sysdeps/MACHINE/dl-machine.h, {@code elf_machine_matches_host}).
 */
final class AbiFlags {
  private static final int EF_RISCV_FLOAT_ABI = 0x6;
  private static final int EF_PPC64_ABI = 0x3;

  private AbiFlags() {}

  /** Whether glibc's loader takes it; where flags tell nothing, it does. */
  static boolean match(ElfMachine machine, ElfHeader library, ElfHeader loader) {
    return switch (machine) {
      case RISCV64 ->
          (library.flags() & EF_RISCV_FLOAT_ABI) == (loader.flags() & EF_RISCV_FLOAT_ABI);
      case PPC64, PPC64LE ->
          (library.flags() & EF_PPC64_ABI) == 0
              || (library.flags() & EF_PPC64_ABI) == callingConvention(machine);
      default -> true;
    };
  }

  /** The big-endian ports of glibc keep to the first one, with function descriptors. */
  private static int callingConvention(ElfMachine machine) {
    return machine == ElfMachine.PPC64LE ? 2 : 1;
  }
}
