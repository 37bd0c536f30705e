package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By what number an entry of the cache says for which machine it is. */
class CacheFlagsTest {
  @TempDir Path directory;

  /** What {@code ldconfig -p} calls each kind; of loongarch64 that of 2.36 prints the number. */
  @ParameterizedTest
  @CsvSource({
    "I386, 0, 0x003, libc6",
    "X86_64, 0, 0x303, 'libc6,x86-64'",
    "X32, 0, 0x803, 'libc6,x32'",
    "ARM, 0x05000400, 0x903, 'libc6,hard-float'",
    "ARM, 0x05000200, 0xb03, 'libc6,soft-float'",
    "AARCH64, 0, 0xa03, 'libc6,AArch64'",
    "RISCV64, 0x5, 0x1003, 'libc6,double-float'",
    "RISCV64, 0x1, 0xf03, 'libc6,soft-float'",
    "LOONGARCH64, 0x43, 0x1203, 'libc6,4608'",
    "LOONGARCH64, 0x41, 0x1103, 'libc6,4352'",
    "PPC64LE, 2, 0x503, 'libc6,64bit'",
    "PPC64, 1, 0x503, 'libc6,64bit'",
    "S390X, 0, 0x403, 'libc6,64bit'",
  })
  void everyMachineHasTheFlagsThatLdconfigKnowsItBy(
      ElfMachine machine, String headerFlags, String flags, String kind) throws Exception {
    Path file = directory.resolve("liba.so");
    Files.write(
        file, ElfBuilder.sharedObject().on(machine).flags(Integer.decode(headerFlags)).build());
    ElfHeader header = ElfReader.read(file).orElseThrow().header();
    assertThat(CacheFlags.of(header)).contains(Integer.decode(flags));

    Path cache = directory.resolve("cache");
    Files.write(
        cache,
        LdSoCacheWriter.write(
            ElfMachine.X86_64,
            ImmutableList.of(
                new LdSoCache.Entry(
                    CacheFlags.of(header).orElseThrow(), "liba.so", "/opt/liba.so", 0))));
    assertThat(
            ExternalTool.run(directory, "/sbin/ldconfig", "-p", "-C", cache.toString())
                .lines()
                .filter(line -> line.startsWith("\t")))
        .containsExactly("\tliba.so (" + kind + ") => /opt/liba.so");
  }
}
