package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import java.util.Optional;

/**
 * The flags an {@code ld.so.cache} entry must have to be used by a program, {@code
 * _DL_CACHE_DEFAULT_ID}: FLAG_ELF_LIBC6 with the architecture's FLAG_* of glibc's
 * sysdeps/generic/ldconfig.h.
 */
final class CacheFlags {
  private static final int FLAG_ELF_LIBC6 = 0x0003;
  private static final int FLAG_X8664_LIB64 = 0x0300;
  private static final int FLAG_S390_LIB64 = 0x0400;
  private static final int FLAG_POWERPC_LIB64 = 0x0500;
  private static final int FLAG_X8664_LIBX32 = 0x0800;
  private static final int FLAG_ARM_LIBHF = 0x0900;
  private static final int FLAG_AARCH64_LIB64 = 0x0a00;
  private static final int FLAG_ARM_LIBSF = 0x0b00;
  private static final int FLAG_RISCV_FLOAT_ABI_SOFT = 0x0f00;
  private static final int FLAG_RISCV_FLOAT_ABI_DOUBLE = 0x1000;
  private static final int FLAG_LOONGARCH_FLOAT_ABI_SOFT = 0x1100;
  private static final int FLAG_LOONGARCH_FLOAT_ABI_DOUBLE = 0x1200;

  private CacheFlags() {}

  /** The flags for a program; empty for a machine this is not known of. */
  static Optional<Integer> of(ElfHeader program) {
    return ElfMachine.of(program)
        .map(machine -> FLAG_ELF_LIBC6 | architecture(machine, FloatAbi.isHard(machine, program)));
  }

  private static int architecture(ElfMachine machine, boolean isHardFloat) {
    return switch (machine) {
      case I386 -> 0;
      case X86_64 -> FLAG_X8664_LIB64;
      case X32 -> FLAG_X8664_LIBX32;
      case ARM -> isHardFloat ? FLAG_ARM_LIBHF : FLAG_ARM_LIBSF;
      case AARCH64 -> FLAG_AARCH64_LIB64;
      case RISCV64 -> isHardFloat ? FLAG_RISCV_FLOAT_ABI_DOUBLE : FLAG_RISCV_FLOAT_ABI_SOFT;
      case LOONGARCH64 ->
          isHardFloat ? FLAG_LOONGARCH_FLOAT_ABI_DOUBLE : FLAG_LOONGARCH_FLOAT_ABI_SOFT;
      case PPC64, PPC64LE -> FLAG_POWERPC_LIB64;
      case S390X -> FLAG_S390_LIB64;
    };
  }
}
