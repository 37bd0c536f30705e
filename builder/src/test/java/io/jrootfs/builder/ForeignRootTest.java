package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Roots for other machines, one of them big-endian: the loader of that machine, under qemu, loads
 * in the image what the closure says.
 */
class ForeignRootTest {
  private static final Pattern LINE = Pattern.compile("\\t(\\S+) => (/\\S+) \\(0x[0-9a-f]+\\)");

  private static final String SOURCE =
      """
      #include <stdio.h>
      #if defined INNER
      const char *inner(void) { return "inner"; }
      #elif defined OUTER
      extern const char *inner(void);
      const char *outer(void) { return inner(); }
      #else
      extern const char *outer(void);
      int main(void) { puts(outer()); return 0; }
      #endif
      """;

  @TempDir Path directory;

  /**
   * A machine.
   *
   * @param triplet of its compiler and of its directory on Debian
   * @param loader PT_INTERP of its programs
   */
  record Machine(ElfMachine machine, String triplet, String loader, String qemu) {
    @Override
    public String toString() {
      return machine.displayName();
    }
  }

  static Stream<Machine> machines() {
    return Stream.of(
        new Machine(
            ElfMachine.AARCH64,
            "aarch64-linux-gnu",
            "/lib/ld-linux-aarch64.so.1",
            "/usr/bin/qemu-aarch64-static"),
        new Machine(
            ElfMachine.S390X, "s390x-linux-gnu", "/lib/ld64.so.1", "/usr/bin/qemu-s390x-static"));
  }

  /** The outer library is found through ld.so.conf alone, the inner one by a run path. */
  private Path sysroot(Machine machine) throws Exception {
    Files.writeString(directory.resolve("greet.c"), SOURCE);
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib/$1 sysroot/bin sysroot/etc sysroot/opt/lib/more;"
            + "cp -L /usr/$1/$2 sysroot/$2;"
            + "cp -L /usr/$1/lib/libc.so.6 sysroot/lib/$1/;"
            + "$1-gcc -DINNER -shared -fPIC -o sysroot/opt/lib/more/libinner.so greet.c;"
            + "$1-gcc -DOUTER -shared -fPIC -o sysroot/opt/lib/libouter.so greet.c"
            + "  -Lsysroot/opt/lib/more -linner -Wl,-rpath,'$ORIGIN/more',--enable-new-dtags;"
            + "$1-gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -louter"
            + "  -Wl,-rpath-link,sysroot/opt/lib/more;"
            + "echo /opt/lib >sysroot/etc/ld.so.conf",
        machine.triplet(),
        machine.loader());
    return directory.resolve("sysroot");
  }

  private static List<String> ours(Path sysroot) throws Exception {
    Closure closure =
        RootfsBuild.resolve(
            ImmutableList.of("/bin/greet"),
            Sysroot.of(sysroot),
            ImmutableList.of(),
            SysrootPath.ROOT);
    TreeSet<String> found = new TreeSet<>();
    for (Closure.Edge edge : closure.edges()) {
      boolean isSearched =
          !(edge.foundBy() instanceof FoundBy.Request
              || edge.foundBy() instanceof FoundBy.ProgramInterpreter
              || edge.foundBy() instanceof FoundBy.AlreadyLoaded);
      if (isSearched) {
        found.add(edge.requested() + " => " + edge.to().requested());
      }
    }
    assertThat(closure.missing()).isEmpty();
    return List.copyOf(found);
  }

  @ParameterizedTest
  @MethodSource("machines")
  void theLoaderOfThatMachineLoadsInTheImageWhatTheClosureSays(Machine machine) throws Exception {
    Path sysroot = sysroot(machine);
    BuiltRoot root =
        BuiltRoot.of(
            sysroot,
            directory.resolve("root"),
            ClosureOptions.DEFAULT.withMachine(machine.machine()),
            "/bin/greet");
    Files.copy(Path.of(machine.qemu()), root.directory().resolve("qemu"));

    assertThat(root.run("/qemu", "/bin/greet")).isEqualTo("inner\n");

    TreeSet<String> theirs = new TreeSet<>();
    String traced = root.run("/qemu", "-E", "LD_TRACE_LOADED_OBJECTS=1", "/bin/greet");
    for (String line : traced.split("\n", -1)) {
      Matcher found = LINE.matcher(line);
      if (found.matches()) {
        theirs.add(found.group(1) + " => " + SysrootPath.of(found.group(2)));
      }
    }
    assertThat(ours(sysroot))
        .containsExactlyElementsOf(theirs)
        .containsExactly(
            "libc.so.6 => /lib/" + machine.triplet() + "/libc.so.6",
            "libinner.so => /opt/lib/more/libinner.so",
            "libouter.so => /opt/lib/libouter.so");
  }

  @ParameterizedTest
  @MethodSource("machines")
  void amongProgramsForSeveralMachinesThePlatformPicks(Machine machine) throws Exception {
    Path sysroot = sysroot(machine);
    ExternalTool.shell(directory, "mkdir -p sysroot/first; cp /bin/true sysroot/first/greet");
    Closure closure =
        RootfsBuild.resolve(
            ImmutableList.of("greet"),
            Sysroot.of(sysroot),
            ImmutableList.of(SysrootPath.of("/first"), SysrootPath.of("/bin")),
            SysrootPath.ROOT,
            ClosureOptions.DEFAULT.withMachine(machine.machine()));
    assertThat(closure.programs().get(0).path()).isEqualTo(SysrootPath.of("/bin/greet"));
    assertThat(closure.machine()).contains(machine.machine());
  }
}
