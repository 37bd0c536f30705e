package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What musl's {@code ld-musl-ARCH.so.1} was built for, read from the file itself.
 *
 * @param architecture musl's own name for it, LDSO_ARCH of its arch/ARCH/reloc.h
 */
record MuslInterpreter(String architecture) implements InterpreterKind {
  private static final String PATH_FILE = "/etc/ld-musl-";
  private static final String SUFFIX = ".path";

  /** Where musl searches unless a path file says otherwise (ldso/dynlink.c, load_library). */
  static final ImmutableList<String> DEFAULT_PATH =
      ImmutableList.of("/lib", "/usr/local/lib", "/usr/lib");

  /**
   * Finds the name of the path file in the bytes of a loader.
   *
   * @return empty if it is not musl's
   */
  static Optional<MuslInterpreter> read(byte[] loader) {
    String text = new String(loader, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(PATH_FILE);
    if (begin < 0) {
      return Optional.empty();
    }
    int end = begin;
    while (end < loader.length && loader[end] > ' ') {
      end++;
    }
    String name = text.substring(begin, end);
    return name.endsWith(SUFFIX)
        ? Optional.of(
            new MuslInterpreter(
                name.substring(PATH_FILE.length(), name.length() - SUFFIX.length())))
        : Optional.empty();
  }

  /** What a program for {@code machine} names as its interpreter. */
  static SysrootPath usual(ElfMachine machine, ElfHeader header) {
    boolean isHardFloat = FloatAbi.isHard(machine, header);
    String architecture =
        switch (machine) {
          case I386 -> "i386";
          case X86_64 -> "x86_64";
          case X32 -> "x32";
          case ARM -> isHardFloat ? "armhf" : "arm";
          case AARCH64 -> "aarch64";
          case RISCV64 -> isHardFloat ? "riscv64" : "riscv64-sf";
          case LOONGARCH64 -> isHardFloat ? "loongarch64" : "loongarch64-sf";
          case PPC64LE -> "powerpc64le";
          case PPC64 -> "powerpc64";
          case S390X -> "s390x";
        };
    return SysrootPath.of("/lib/ld-musl-" + architecture + ".so.1");
  }

  /** {@code <prefix>/etc/ld-musl-ARCH.path}: the prefix is what stands two slashes from the end. */
  SysrootPath pathFile(SysrootPath interpreter) {
    return interpreter.parent().parent().resolve("etc/ld-musl-" + architecture + SUFFIX);
  }
}
