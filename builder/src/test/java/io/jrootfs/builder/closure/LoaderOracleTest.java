package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * This machine's own dynamic loader is asked about the dynamic programs in /usr/bin and /usr/sbin.
 */
class LoaderOracleTest {
  /** {@code name => path (0x7f..)}, or {@code name => not found}. */
  private static final Pattern FOUND = Pattern.compile("\\t(\\S+) => (.+?)(?: \\(0x[0-9a-f]+\\))?");

  /** {@code /path (0x7f..)}: the program interpreter, or a library needed by path. */
  private static final Pattern BY_PATH = Pattern.compile("\\t(/\\S+) \\(0x[0-9a-f]+\\)");

  private static final String NOT_FOUND = "not found";

  @Test
  void everyDynamicProgramOfThisMachineLoadsWhatItsLoaderSays() throws Exception {
    ClosureResolver resolver =
        new ClosureResolver(Sysroot.of(Path.of("/")), ProgramFinder.searchPath("/usr/bin:/bin"));
    List<Path> programs = new ArrayList<>();
    for (String directory : List.of("/usr/bin", "/usr/sbin")) {
      List<Path> found = dynamicPrograms(Path.of(directory));
      assertThat(found).as(directory).hasSizeGreaterThan(50);
      programs.addAll(found);
    }
    Map<Path, Map<String, String>> ours = new TreeMap<>();
    Map<Path, Map<String, String>> loaders = new TreeMap<>();
    for (Path program : programs) {
      ours.put(program, ours(resolver, program));
      loaders.put(program, loaders(program));
    }
    assertThat(ours).containsExactlyEntriesOf(loaders);
  }

  private static List<Path> dynamicPrograms(Path directory) throws IOException {
    List<Path> programs = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.sorted().toList()) {
        if (Files.isRegularFile(entry) && Files.isExecutable(entry) && isDynamic(entry)) {
          programs.add(entry);
        }
      }
    }
    return programs;
  }

  private static boolean isDynamic(Path file) throws IOException {
    try {
      return ElfReader.read(file).map(ElfFile::isDynamicProgram).orElse(false);
    } catch (MalformedElfException e) {
      throw new AssertionError("the machine itself starts this file", e);
    }
  }

  private static Map<String, String> ours(ClosureResolver resolver, Path program) throws Exception {
    SysrootPath path = SysrootPath.of(program.toString());
    Closure closure = resolver.resolve(ImmutableList.of(new Program(program.toString(), path)));
    Map<String, String> loaded = new TreeMap<>();
    for (Closure.Edge edge : closure.edges()) {
      boolean isLibrary =
          !(edge.foundBy() instanceof FoundBy.Request
              || edge.foundBy() instanceof FoundBy.ProgramInterpreter
              || edge.foundBy() instanceof FoundBy.AlreadyLoaded);
      if (isLibrary && !loaded.containsValue(edge.to().path().value())) {
        loaded.put(edge.requested(), edge.to().path().value());
      }
    }
    closure.missing().forEach(absent -> loaded.put(absent.requested(), NOT_FOUND));
    return loaded;
  }

  private static Map<String, String> loaders(Path program)
      throws IOException, InterruptedException {
    ProcessBuilder trace = new ProcessBuilder(traceCommand(program));
    trace.environment().clear();
    trace.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
    // Without these features no glibc-hwcaps directory is active, which is our policy.
    trace.environment().put("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-SSE4_2,-AVX2,-AVX512F");
    trace.redirectErrorStream(true);
    Process process = trace.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", program, output).isZero();
    Optional<String> interpreter = interpreter(program);
    Map<String, String> loaded = new TreeMap<>();
    for (String line : output.split("\n", -1)) {
      Matcher found = FOUND.matcher(line);
      Matcher byPath = BY_PATH.matcher(line);
      if (found.matches()) {
        loaded.put(found.group(1), real(found.group(2)));
      } else if (byPath.matches() && !interpreter.equals(Optional.of(byPath.group(1)))) {
        loaded.put(byPath.group(1), real(byPath.group(1)));
      }
    }
    return loaded;
  }

  /**
   * The program itself; a set-user-ID or set-group-ID one refuses to be traced (AT_SECURE), so
   * there the loader is started on it by name, its links resolved since that is what $ORIGIN means.
   */
  private static ImmutableList<String> traceCommand(Path program) throws IOException {
    String real = program.toRealPath().toString();
    int mode = (Integer) Files.getAttribute(program, "unix:mode");
    return (mode & 06000) == 0
        ? ImmutableList.of(real)
        : ImmutableList.of(interpreter(program).orElseThrow(), real);
  }

  private static Optional<String> interpreter(Path program) throws IOException {
    try {
      return ElfReader.read(program).flatMap(ElfFile::interpreter);
    } catch (MalformedElfException e) {
      throw new AssertionError(e);
    }
  }

  private static String real(String path) throws IOException {
    return path.equals(NOT_FOUND) ? path : Path.of(path).toRealPath().toString();
  }
}
