package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stands in the first directory under the right name: taken, passed over for the second, or
 * the end of the program. This machine's loaders say which.
 */
class AcceptanceOracleTest {
  private static final String GLIBC = "/lib64/ld-linux-x86-64.so.2";
  private static final String MUSL = "/lib/ld-musl-x86_64.so.1";

  @TempDir Path directory;

  private static ElfBuilder library() {
    return loadable(ElfBuilder.sharedObject());
  }

  /** What real loaders need to map and search it, as in {@link RandomTree}. */
  private static ElfBuilder loadable(ElfBuilder elf) {
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
        .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
        .trailing(new byte[8192]);
  }

  private static Arguments file(String name, byte[] bytes) {
    return Arguments.of(name, bytes);
  }

  /** Faults that glibc and musl see. */
  static Stream<Arguments> files() {
    byte[] good = library().build();
    return Stream.of(
        file("a good library", good),
        file("an empty file", new byte[0]),
        file("three bytes", Arrays.copyOf(good, 3)),
        file("half a header", Arrays.copyOf(good, 40)),
        file(
            "a linker script",
            "INPUT(libother.so) ".repeat(10).getBytes(StandardCharsets.US_ASCII)),
        file("a file of zeros", new byte[4096]),
        file("EI_VERSION", library().with("EI_VERSION", 2).build()),
        file("e_version", library().with("e_version", 2).build()),
        file("e_phentsize", library().with("e_phentsize", 55).build()),
        file("an object file", library().type(ElfHeader.ET_REL).build()),
        file("a core dump", library().type(ElfHeader.ET_CORE).build()),
        file("program headers behind the end", library().with("e_phoff", 1 << 20).build()),
        file("no PT_LOAD", library().with("PT_LOAD.p_type", 0x6fff0000).build()),
        file("no PT_DYNAMIC", library().withoutDynamicSection().build()));
  }

  /** Faults that musl does not look for. */
  static Stream<Arguments> glibcFiles() {
    return Stream.concat(
        files(),
        Stream.of(
            file("EI_CLASS of 32 bits", library().with("EI_CLASS", 1).build()),
            file("EI_CLASS of no kind", library().with("EI_CLASS", 7).build()),
            file("EI_DATA of the other order", library().with("EI_DATA", 2).build()),
            file("EI_DATA of no kind", library().with("EI_DATA", 7).build()),
            file("EI_OSABI of GNU", library().with("EI_OSABI", 3).build()),
            file("EI_OSABI of FreeBSD", library().with("EI_OSABI", 9).build()),
            file("EI_ABIVERSION", library().with("EI_ABIVERSION", 1).build()),
            file(
                "EI_ABIVERSION of GNU",
                library().with("EI_OSABI", 3).with("EI_ABIVERSION", 1).build()),
            file(
                "EI_ABIVERSION of a GNU to come",
                library().with("EI_OSABI", 3).with("EI_ABIVERSION", 200).build()),
            file(
                "i386",
                ElfBuilder.sharedObject().on(ElfMachine.I386).trailing(new byte[99]).build()),
            file("aarch64", library().on(ElfMachine.AARCH64).build()),
            file("s390x", library().on(ElfMachine.S390X).build()),
            file(
                "aarch64 with a bad version",
                library().on(ElfMachine.AARCH64).with("EI_VERSION", 2).build()),
            file(
                "aarch64 with a bad e_phentsize",
                library().on(ElfMachine.AARCH64).with("e_phentsize", 55).build()),
            file(
                "x86-64, big-endian",
                library().on(ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, 62).build()),
            file(
                "x86-64 in the wrong order",
                library().on(ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, 0x3e00).build()),
            file("an executable", library().type(ElfHeader.ET_EXEC).build()),
            file("a PIE", library().flags1(ElfDynamic.DF_1_PIE).build()),
            file("debug information", library().with("PT_DYNAMIC.p_filesz", 0).build())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("glibcFiles")
  void glibcTakesPassesOverOrGivesUpAsTheClosureSays(String name, byte[] file) throws Exception {
    Files.createDirectories(directory.resolve("1"));
    Files.write(directory.resolve("1/liba.so"), file);
    judge(GLIBC);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void muslTakesOrGivesUpAsTheClosureSays(String name, byte[] file) throws Exception {
    Files.createDirectories(directory.resolve("1"));
    Files.write(directory.resolve("1/liba.so"), file);
    judge(MUSL);
  }

  static Stream<Arguments> places() {
    return Stream.of(GLIBC, MUSL)
        .flatMap(
            loader ->
                Stream.of(
                        "mkdir 1",
                        "true",
                        "echo text >1",
                        "mkdir 1 1/liba.so",
                        "mkdir 1; ln -s liba.so 1/liba.so",
                        "mkdir 1; ln -s gone 1/liba.so",
                        "ln -s 1 1",
                        "mkdir 1; ln -s ../2/liba.so 1/liba.so",
                        "mkdir 1; cp 2/liba.so 1/; chmod 0 1/liba.so")
                    .map(script -> Arguments.of(loader, script)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void whatIsNoFileDoesAsTheClosureSays(String loader, String script) throws Exception {
    Files.createDirectories(directory.resolve("2"));
    Files.write(directory.resolve("2/liba.so"), library().build());
    ExternalTool.shell(directory, script);
    judge(loader);
  }

  private void judge(String loader) throws Exception {
    Path work = directory.toRealPath();
    Files.createDirectories(work.resolve("2"));
    Files.write(work.resolve("2/liba.so"), library().build());
    Path program = work.resolve("program");
    Files.write(
        program,
        loadable(ElfBuilder.program(loader).needs("liba.so").runPath(work + "/1:" + work + "/2"))
            .build());
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(ours(program)).isEqualTo(loaders(loader, program));
  }

  /** Where it was found, or the empty text. */
  private static String ours(Path program) throws Exception {
    Closure closure =
        new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
            .resolve(List.of(new Program("program", SysrootPath.of(program.toString()))));
    return closure.edges().stream()
        .filter(edge -> edge.requested().equals("liba.so"))
        .map(edge -> edge.to().requested().value())
        .findFirst()
        .orElse("");
  }

  private static String loaders(String loader, Path program) throws Exception {
    String found =
        ExternalTool.shell(
            Path.of("/"),
            "$1 --list $2 2>&1 | sed -n 's/^\\tliba.so => \\(\\/.*\\) (0x.*/\\1/p'",
            loader,
            program.toString());
    return found.strip();
  }
}
