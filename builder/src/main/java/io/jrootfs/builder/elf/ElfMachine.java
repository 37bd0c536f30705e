package io.jrootfs.builder.elf;

import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The machines Linux distributions are built for: {@code e_machine}, class and byte order together.
 */
public enum ElfMachine {
  I386(3, ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, "i386", "386"),
  X86_64(62, ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, "x86-64", "amd64"),
  X32(62, ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, "x32", "amd64p32"),
  ARM(40, ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, "arm", "arm"),
  AARCH64(183, ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, "aarch64", "arm64"),
  RISCV64(243, ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, "riscv64", "riscv64"),
  LOONGARCH64(258, ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, "loongarch64", "loong64"),
  PPC64LE(21, ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, "ppc64le", "ppc64le"),
  PPC64(21, ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, "ppc64", "ppc64"),
  S390X(22, ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, "s390x", "s390x");

  private final int value;
  private final ElfClass elfClass;
  private final ByteOrder byteOrder;
  private final String displayName;
  private final String architecture;

  ElfMachine(
      int value, ElfClass elfClass, ByteOrder byteOrder, String displayName, String architecture) {
    this.value = value;
    this.elfClass = elfClass;
    this.byteOrder = byteOrder;
    this.displayName = displayName;
    this.architecture = architecture;
  }

  /** The machine of a file; empty if it is none of these. */
  public static Optional<ElfMachine> of(ElfHeader header) {
    for (ElfMachine machine : values()) {
      if (machine.value == header.machine()
          && machine.elfClass == header.elfClass()
          && machine.byteOrder.equals(header.byteOrder())) {
        return Optional.of(machine);
      }
    }
    return Optional.empty();
  }

  /** The machine an image configuration calls so. */
  public static Optional<ElfMachine> ofArchitecture(String architecture) {
    for (ElfMachine machine : values()) {
      if (machine.architecture.equals(architecture)) {
        return Optional.of(machine);
      }
    }
    return Optional.empty();
  }

  public ByteOrder byteOrder() {
    return byteOrder;
  }

  /** {@code e_machine}. */
  public int value() {
    return value;
  }

  /** How wide addresses are. */
  public ElfClass elfClass() {
    return elfClass;
  }

  /** The name people use, which is also {@code uname -m}'s for most. */
  public String displayName() {
    return displayName;
  }

  /** The name in an image configuration: Go's GOARCH (OCI image-spec, config.md). */
  public String architecture() {
    return architecture;
  }

  /**
   * Whether C's plain {@code char} has a sign there, as the machine's ABI supplement says; what
   * compares names byte by byte depends on it.
   */
  public boolean hasSignedChar() {
    return switch (this) {
      case I386, X86_64, X32, LOONGARCH64 -> true;
      case ARM, AARCH64, RISCV64, PPC64LE, PPC64, S390X -> false;
    };
  }

  /** Whether one ordinary kernel runs programs for both, as x86-64 kernels run i386 programs. */
  public boolean runsBeside(ElfMachine other) {
    return kernel() == other.kernel();
  }

  private ElfMachine kernel() {
    return switch (this) {
      case I386, X32 -> X86_64;
      case ARM -> AARCH64;
      default -> this;
    };
  }
}
