package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JMH measures in a JVM that is warm: everything from names to a closure, nothing kept. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class WarmClosure {
  private final List<String> programs;

  /** Of all programs of this machine. */
  public WarmClosure() {
    try {
      this.programs = dynamicPrograms();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every program that the machine's dynamic loaders complete. */
  static List<String> dynamicPrograms() throws IOException {
    ImmutableList.Builder<String> programs = ImmutableList.builder();
    for (String directory : List.of("/usr/bin", "/usr/sbin")) {
      try (Stream<Path> files = Files.list(Path.of(directory))) {
        for (Path file : files.sorted().toList()) {
          if (isDynamicProgram(file)) {
            programs.add(file.toString());
          }
        }
      }
    }
    return programs.build();
  }

  private static boolean isDynamicProgram(Path file) throws IOException {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && ElfReader.read(file).map(ElfFile::isDynamicProgram).orElse(false);
    } catch (MalformedElfException e) {
      throw new IOException(e);
    }
  }

  /** The closure of all of them together. */
  @Benchmark
  public Closure ofAllPrograms() throws IOException, ClosureException {
    Sysroot sysroot = Sysroot.of(Path.of("/"));
    ImmutableList<SysrootPath> path = ProgramFinder.searchPath("/usr/sbin:/usr/bin");
    ProgramFinder finder = new ProgramFinder(sysroot, path, SysrootPath.ROOT);
    ImmutableList.Builder<Program> found = ImmutableList.builder();
    for (String program : programs) {
      found.add(finder.find(program));
    }
    return new ClosureResolver(sysroot, path).resolve(found.build());
  }
}
