package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * This machine's loader, made to believe in one processor after the other, loads together what the
 * closure holds for all processors.
 */
class HwcapsOracleTest {
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
  private static final String NAME = "libjrootfs.so";

  /** Both kinds of subdirectory; the legacy ones are those every x86-64 processor makes active. */
  private static final List<String> SUBDIRECTORIES =
      List.of(
          "",
          "glibc-hwcaps/x86-64-v2",
          "glibc-hwcaps/x86-64-v3",
          "glibc-hwcaps/x86-64-v4",
          "glibc-hwcaps/x86-64-v9",
          "tls",
          "x86_64",
          "tls/x86_64",
          "x86_64/x86_64",
          "tls/x86_64/x86_64",
          "x86_64/tls");

  /** What takes x86-64-v4, v3 and v2 away, one after the other. */
  private static final List<String> PROCESSORS =
      List.of("", "-AVX512F", "-AVX2,-AVX512F", "-SSE4_2,-AVX2,-AVX512F");

  private static final Pattern LINE = Pattern.compile("\\t\\S+ => (\\S+) \\(0x[0-9a-f]+\\)");

  @Provide
  Arbitrary<Set<String>> present() {
    return Arbitraries.of(SUBDIRECTORIES).set().ofMinSize(1);
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void theClosureForAllProcessorsIsWhatTheyLoadTogether(
      @ForAll("present") Set<String> first,
      @ForAll("present") Set<String> second,
      @ForAll boolean isRpath)
      throws Exception {
    Path root = Files.createTempDirectory("hwcaps").toRealPath();
    try {
      Path program = write(root, first, second, isRpath);
      Set<String> loaders = new TreeSet<>();
      for (String masked : PROCESSORS) {
        loaders.addAll(loaders(program, masked));
      }
      Set<String> all = ours(program, HwcapsPolicy.ALL);
      assertThat(all).containsAll(loaders);
      // Which legacy names are active depends on the maker of the processor.
      if (Stream.concat(first.stream(), second.stream()).noneMatch(it -> it.contains("x86_64"))) {
        assertThat(all).isEqualTo(loaders);
      }
      assertThat(ours(program, HwcapsPolicy.BASELINE))
          .isEqualTo(loaders(program, PROCESSORS.get(PROCESSORS.size() - 1)));
    } finally {
      MoreFiles.deleteRecursively(root, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Path write(Path root, Set<String> first, Set<String> second, boolean isRpath)
      throws Exception {
    byte[] library = loadable(ElfBuilder.sharedObject());
    for (String subdirectory : first) {
      Files.createDirectories(root.resolve("a").resolve(subdirectory));
      Files.write(root.resolve("a").resolve(subdirectory).resolve(NAME), library);
    }
    for (String subdirectory : second) {
      Files.createDirectories(root.resolve("b").resolve(subdirectory));
      Files.write(root.resolve("b").resolve(subdirectory).resolve(NAME), library);
    }
    Path program = root.resolve("program");
    ElfBuilder elf = ElfBuilder.program().needs(NAME);
    String list = "$ORIGIN/a:" + root + "/b";
    Files.write(program, loadable(isRpath ? elf.rpath(list) : elf.runPath(list)));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static byte[] loadable(ElfBuilder elf) {
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS).trailing(new byte[8192]).build();
  }

  private static Set<String> ours(Path program, HwcapsPolicy policy) throws Exception {
    Closure closure =
        new ClosureResolver(
                Sysroot.of(Path.of("/")),
                ImmutableList.of(),
                ClosureOptions.DEFAULT.withHwcaps(policy))
            .resolve(List.of(new Program(program.toString(), SysrootPath.of(program.toString()))));
    Set<String> found = new TreeSet<>();
    closure.edges().stream()
        .filter(edge -> edge.requested().equals(NAME))
        .forEach(edge -> found.add(edge.to().requested().value()));
    return found;
  }

  private static Set<String> loaders(Path program, String masked) throws Exception {
    ProcessBuilder trace = new ProcessBuilder(LOADER, program.toString()).redirectErrorStream(true);
    trace.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
    trace.environment().put("GLIBC_TUNABLES", "glibc.cpu.hwcaps=" + masked);
    Process process = trace.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isIn(0, 1);
    Set<String> loaded = new TreeSet<>();
    for (String line : output.split("\n", -1)) {
      Matcher found = LINE.matcher(line);
      if (found.matches()) {
        loaded.add(SysrootPath.of(found.group(1)).value());
      }
    }
    return loaded;
  }
}
