package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Optional;

/** Which loader serves what names none. */
public final class UsualInterpreter {
  private UsualInterpreter() {}

  /**
   * The program interpreter for a shared object, which names none: its C library decides which
   * loader, and the architecture's ABI where that stands (glibc, shlib-versions).
   *
   * @throws UnsupportedLoaderException if the machine is not known, or the C library is uClibc
   */
  public static SysrootPath of(ElfFile sharedObject) throws UnsupportedLoaderException {
    ElfHeader header = sharedObject.header();
    Optional<ElfMachine> machine = ElfMachine.of(header);
    if (machine.isEmpty()) {
      throw new UnsupportedLoaderException("for " + header.machineName(), "is not known");
    }
    ImmutableList<String> needed =
        sharedObject.dynamic().map(ElfDynamic::needed).orElse(ImmutableList.of());
    if (needed.contains("libc.so.0") || needed.contains("libc.so.1")) {
      throw new UnsupportedLoaderException(
          "of the C library that it needs", ForeignLoaders.unsupported("uClibc's"));
    }
    boolean isMusl =
        needed.stream().anyMatch(name -> name.equals("libc.so") || name.startsWith("libc.musl-"));
    return isMusl
        ? MuslInterpreter.usual(machine.get(), header)
        : SysrootPath.of(glibcs(machine.get(), FloatAbi.isHard(machine.get(), header)));
  }

  private static String glibcs(ElfMachine machine, boolean isHardFloat) {
    return switch (machine) {
      case I386 -> "/lib/ld-linux.so.2";
      case X86_64 -> "/lib64/ld-linux-x86-64.so.2";
      case X32 -> "/libx32/ld-linux-x32.so.2";
      case ARM -> isHardFloat ? "/lib/ld-linux-armhf.so.3" : "/lib/ld-linux.so.3";
      case AARCH64 -> "/lib/ld-linux-aarch64.so.1";
      case RISCV64 -> "/lib/ld-linux-riscv64-lp64" + (isHardFloat ? "d" : "") + ".so.1";
      case LOONGARCH64 -> "/lib64/ld-linux-loongarch-lp64" + (isHardFloat ? "d" : "s") + ".so.1";
      case PPC64LE -> "/lib64/ld64.so.2";
      case PPC64, S390X -> "/lib/ld64.so.1";
    };
  }
}
