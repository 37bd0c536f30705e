package io.jrootfs.runner.seccomp;

/**
 * A system call interface: the kernel offers several to programs of one machine, each with its own
 * numbers.
 *
 * <p>A filter tells them apart by {@code seccomp_data.arch} (linux/audit.h) and, for x32, which
 * shares its value with x86-64, by a bit of the number (asm/unistd.h, __X32_SYSCALL_BIT).
 */
public enum Abi {
  X86_64(0, 0xc000_003e, 0, false),
  X86(1, 0x4000_0003, 0, true),
  X32(2, 0xc000_003e, 0x4000_0000, true),
  AARCH64(3, 0xc000_00b7, 0, false),
  ARM(4, 0x4000_0028, 0, true);

  private final int column;
  private final int auditArch;
  private final int numberBase;
  private final boolean narrow;

  Abi(int column, int auditArch, int numberBase, boolean narrow) {
    this.column = column;
    this.auditArch = auditArch;
    this.numberBase = numberBase;
    this.narrow = narrow;
  }

  /** Where the table of system calls has its numbers, from 0. */
  int column() {
    return column;
  }

  /** The name in profiles. */
  public String architecture() {
    return "SCMP_ARCH_" + name();
  }

  /** The value of {@code seccomp_data.arch}. */
  int auditArch() {
    return auditArch;
  }

  /** What is added to the numbers of the table. */
  int numberBase() {
    return numberBase;
  }

  /**
   * Whether arguments have 32 bits. So libseccomp takes x32, though its registers have 64: a rule
   * speaks of the lower half.
   */
  boolean isNarrow() {
    return narrow;
  }
}
