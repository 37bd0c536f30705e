package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.ElfReader;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loader of a library, which names none: its C library and its machine tell. */
class UsualInterpreterTest {
  @TempDir Path directory;

  private ElfFile read(ElfBuilder elf) throws Exception {
    Path file = directory.resolve("liba.so");
    Files.write(file, elf.build());
    return ElfReader.read(file).orElseThrow();
  }

  /** glibc's names are those of its shlib-versions and of each machine's ABI. */
  @ParameterizedTest
  @CsvSource({
    "I386, 0, /lib/ld-linux.so.2, i386",
    "X86_64, 0, /lib64/ld-linux-x86-64.so.2, x86_64",
    "X32, 0, /libx32/ld-linux-x32.so.2, x32",
    "ARM, 0x05000400, /lib/ld-linux-armhf.so.3, armhf",
    "AARCH64, 0, /lib/ld-linux-aarch64.so.1, aarch64",
    "RISCV64, 5, /lib/ld-linux-riscv64-lp64d.so.1, riscv64",
    "LOONGARCH64, 0x43, /lib64/ld-linux-loongarch-lp64d.so.1, loongarch64",
    "PPC64LE, 2, /lib64/ld64.so.2, powerpc64le",
    "PPC64, 1, /lib/ld64.so.1, powerpc64",
    "S390X, 0, /lib/ld64.so.1, s390x",
  })
  void everyMachineHasItsOwn(ElfMachine machine, String flags, String glibc, String musl)
      throws Exception {
    int value = Integer.decode(flags);
    for (String name : new String[] {"libc.so.6", "libother.so.1"}) {
      ElfFile elf = read(ElfBuilder.sharedObject().on(machine).flags(value).needs("liba.so", name));
      assertThat(UsualInterpreter.of(elf).value()).as(name).isEqualTo(glibc);
    }
    for (String name : new String[] {"libc.so", "libc.musl-" + musl + ".so.1"}) {
      ElfFile elf = read(ElfBuilder.sharedObject().on(machine).flags(value).needs("liba.so", name));
      assertThat(UsualInterpreter.of(elf).value())
          .as(name)
          .isEqualTo("/lib/ld-musl-" + musl + ".so.1");
    }
  }

  @Test
  void armWithoutFloatingPointRegistersHasAnotherLibrary() throws Exception {
    ElfBuilder elf = ElfBuilder.sharedObject().on(ElfMachine.ARM).flags(0x05000200);
    assertThat(UsualInterpreter.of(read(elf.needs("libc.so.6"))).value())
        .isEqualTo("/lib/ld-linux.so.3");
    ElfBuilder other = ElfBuilder.sharedObject().on(ElfMachine.ARM).flags(0x05000200);
    assertThat(UsualInterpreter.of(read(other.needs("libc.so"))).value())
        .isEqualTo("/lib/ld-musl-arm.so.1");
  }

  @Test
  void anUnknownMachineIsNotGuessedAbout() throws Exception {
    ElfFile elf =
        read(ElfBuilder.sharedObject().on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 9999));
    assertThatExceptionOfType(UnsupportedLoaderException.class)
        .isThrownBy(() -> UsualInterpreter.of(elf))
        .withMessage("the dynamic loader for machine 9999 (64-bit) is not known");
  }
}
