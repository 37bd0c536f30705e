package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;

/**
 * Where functions pass floating-point numbers, which makes two architectures of one machine, each
 * with a loader and a kind of cache entry of its own. {@code e_flags} tell (each machine's psABI).
 */
final class FloatAbi {
  private static final int EF_ARM_ABI_FLOAT_HARD = 0x400;
  private static final int EF_RISCV_FLOAT_ABI = 0x6;
  private static final int EF_RISCV_FLOAT_ABI_DOUBLE = 0x4;
  private static final int EF_LOONGARCH_ABI_MODIFIER_MASK = 0x7;
  private static final int EF_LOONGARCH_ABI_DOUBLE_FLOAT = 0x3;

  private FloatAbi() {}

  /** Whether in registers of double width; so it is on every machine that knows but one way. */
  static boolean isHard(ElfMachine machine, ElfHeader header) {
    int flags = header.flags();
    return switch (machine) {
      case ARM -> (flags & EF_ARM_ABI_FLOAT_HARD) != 0;
      case RISCV64 -> (flags & EF_RISCV_FLOAT_ABI) == EF_RISCV_FLOAT_ABI_DOUBLE;
      case LOONGARCH64 -> (flags & EF_LOONGARCH_ABI_MODIFIER_MASK) == EF_LOONGARCH_ABI_DOUBLE_FLOAT;
      default -> true;
    };
  }
}
