package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LdSoCacheWriterTest {
  private static final int X86_64 = 0x303;

  @TempDir Path directory;

  private static LdSoCache.Entry entry(String soname) {
    return new LdSoCache.Entry(X86_64, soname, "/opt/lib/" + soname, 0);
  }

  /** The lines of {@code ldconfig -p} with a library. */
  private static List<String> printedByLdconfig(Path cache) throws Exception {
    Process ldconfig =
        new ProcessBuilder("/sbin/ldconfig", "-p", "-C", cache.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(ldconfig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ldconfig.waitFor()).as(printed).isZero();
    return printed.lines().filter(line -> line.startsWith("\t")).toList();
  }

  @Test
  void thisMachinesCacheShuffledAndWrittenIsInLdconfigsOrderAgain() throws Exception {
    Path original = Path.of("/etc/ld.so.cache");
    Map<String, LdSoCache.Entry> first = new LinkedHashMap<>();
    for (LdSoCache.Entry entry : LdSoCacheReader.read(original).entries().values()) {
      if (entry.hwcap() == 0) {
        first.putIfAbsent(entry.soname() + " " + entry.flags(), entry);
      }
    }
    List<LdSoCache.Entry> shuffled = new ArrayList<>(first.values());
    Collections.shuffle(shuffled, new Random(7));
    Path written = directory.resolve("cache");

    Files.write(written, LdSoCacheWriter.write(ElfMachine.X86_64, shuffled));

    assertThat(printedByLdconfig(written))
        .hasSize(first.size())
        .isSubsetOf(printedByLdconfig(original));
    assertThat(LdSoCacheReader.read(written).entries().values())
        .containsExactlyElementsOf(first.values());
  }

  @Test
  void bothByteOrdersAreReadBack() throws Exception {
    ImmutableList<LdSoCache.Entry> entries = ImmutableList.of(entry("libb.so.1"), entry("liba.so"));
    for (ElfMachine machine : List.of(ElfMachine.X86_64, ElfMachine.S390X)) {
      Path file = directory.resolve("cache");
      Files.write(file, LdSoCacheWriter.write(machine, entries));
      LdSoCache cache = LdSoCacheReader.read(file);
      assertThat(cache.byteOrder()).contains(machine.byteOrder());
      assertThat(cache.entries().values()).containsExactlyElementsOf(entries);
    }
  }

  @Test
  void whatLdconfigFoundForParticularProcessorsIsWrittenAsItDoes() throws Exception {
    ExternalTool.shell(
        directory,
        "for to in . glibc-hwcaps/x86-64-v2 glibc-hwcaps/x86-64-v4 glibc-hwcaps/x86-64-v3; do"
            + "  for name in liba libb; do"
            + "    mkdir -p lib/$to;"
            + "    echo | gcc -shared -x c -nostdlib -o lib/$to/$name.so -Wl,-soname,$name.so.1 -;"
            + "  done;"
            + "done;"
            + "rm lib/libb.so;"
            + "echo $PWD/lib > conf;"
            + "/sbin/ldconfig -X -f conf -C theirs");
    Path theirs = directory.resolve("theirs");
    Path ours = directory.resolve("ours");
    LdSoCache cache = LdSoCacheReader.read(theirs);

    Files.write(ours, LdSoCacheWriter.write(ElfMachine.X86_64, cache.entries().values()));

    assertThat(printedByLdconfig(ours))
        .containsExactlyElementsOf(printedByLdconfig(theirs))
        .filteredOn(line -> line.contains("hwcap: "))
        .hasSizeGreaterThanOrEqualTo(6);
    assertThat(LdSoCacheReader.read(ours)).isEqualTo(cache);
    assertThat(
            cache.find(
                "liba.so.1", X86_64, ImmutableList.of("x86-64-v3", "x86-64-v2"), HwcapBits.NONE))
        .map(LdSoCache.Entry::path)
        .contains(directory + "/lib/glibc-hwcaps/x86-64-v3/liba.so");
    assertThat(cache.find("libb.so.1", X86_64, ImmutableList.of(), HwcapBits.NONE)).isEmpty();
  }

  @Test
  void anyOrderOfEntriesGivesTheSameBytes() {
    List<LdSoCache.Entry> entries =
        ImmutableList.of(entry("libx.so.1"), entry("libx.so.01"), entry("liby.so"), entry("ld.so"));
    byte[] bytes = LdSoCacheWriter.write(ElfMachine.X86_64, entries);
    for (int seed = 0; seed < 20; seed++) {
      List<LdSoCache.Entry> shuffled = new ArrayList<>(entries);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(LdSoCacheWriter.write(ElfMachine.X86_64, shuffled)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "libx.so.10, libx.so.9, 1",
    "libx.so.9, libx.so.10, -1",
    "libx1, libxa, 1",
    "libxa, libx1, -1",
    "libx, libx1, -1",
    "libx1, libx, 1",
    "libx.so.1, libx.so.01, 0",
    "liba, libb, -1",
    "libx.so.99999999999999999999, libx.so.99999999999999999998, 1",
  })
  void namesCompareAsGlibcComparesThem(String left, String right, int sign) {
    assertThat(Integer.signum(LdSoCacheWriter.compareNames(left, right, true))).isEqualTo(sign);
  }

  /** \u00c3\u00bc are the bytes of an u with two dots in UTF-8. */
  @ParameterizedTest
  @CsvSource({
    "lib\u00c3\u00bc.so, libx.so, -1, 1",
    "lib\u00c3\u00bc.so, lib, -1, 1",
    "lib, lib\u00c3\u00bc.so, 1, -1",
    "lib\u00c3\u00bc.so, lib1.so, -1, -1",
  })
  void bytesAboveSevenBitsAreNegativeWhereCharIs(
      String left, String right, int signed, int unsigned) {
    assertThat(Integer.signum(LdSoCacheWriter.compareNames(left, right, true))).isEqualTo(signed);
    assertThat(Integer.signum(LdSoCacheWriter.compareNames(left, right, false)))
        .isEqualTo(unsigned);
  }

  @Test
  void anEntryForTwoKindsOfProcessorsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LdSoCacheWriter.write(
                    ElfMachine.X86_64,
                    ImmutableList.of(
                        new LdSoCache.Entry(
                            X86_64, "liba.so", "/l/liba.so", 1, Optional.of("x86-64-v2")))));
  }
}
