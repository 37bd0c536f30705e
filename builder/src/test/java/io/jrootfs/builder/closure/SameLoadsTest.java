package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs have in common is found out once, and is what each would get alone. */
class SameLoadsTest {
  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root = SysrootFixture.glibc(directory);
  }

  private static Closure closure(Sysroot sysroot, List<String> programs) throws Exception {
    List<Program> requested = new ArrayList<>();
    for (String program : programs) {
      requested.add(new Program(program, SysrootPath.of(program)));
    }
    return new ClosureResolver(sysroot, ImmutableList.of()).resolve(requested);
  }

  private static void assertThatTogetherIsAsAlone(Path root, List<String> programs)
      throws Exception {
    Set<Closure.Edge> edges = new LinkedHashSet<>();
    Set<Closure.Missing> missing = new LinkedHashSet<>();
    Set<SysrootPath> nodes = new TreeSet<>();
    for (String program : programs) {
      Closure alone = closure(Sysroot.of(root), List.of(program));
      edges.addAll(alone.edges());
      missing.addAll(alone.missing());
      nodes.addAll(alone.nodes().keySet());
    }
    Closure together = closure(Sysroot.of(root), programs);
    assertThat(together.edges()).containsExactlyElementsOf(edges);
    assertThat(together.missing()).containsExactlyElementsOf(missing);
    assertThat(together.nodes().keySet()).containsExactlyElementsOf(nodes);
  }

  private void assertThatTogetherIsAsAlone(String... programs) throws Exception {
    assertThatTogetherIsAsAlone(directory, List.of(programs));
  }

  @Test
  void programsOfThisMachineGetTogetherWhatEachGetsAlone() throws Exception {
    List<String> all = WarmClosure.dynamicPrograms();
    List<String> some =
        IntStream.range(0, all.size()).filter(i -> i % 4 == 0).mapToObj(all::get).toList();
    assertThat(some).hasSizeGreaterThan(16);
    assertThatTogetherIsAsAlone(Path.of("/"), some);
  }

  @Test
  void whatIsMissingIsMissedByEach() throws Exception {
    root.elf("/usr/bin/one", program().needs("liba.so", "libnone.so"))
        .elf("/usr/bin/other", program().needs("liba.so", "libnone.so"))
        .elf("/lib/liba.so", sharedObject().needs("libneither.so"));
    assertThatTogetherIsAsAlone("/usr/bin/one", "/usr/bin/other");
    assertThat(root.closureOf("one", "other").missing())
        .extracting(absent -> absent.requested() + " of " + absent.neededBy())
        .containsExactly(
            "libnone.so of /usr/bin/one",
            "libneither.so of /lib/liba.so",
            "libnone.so of /usr/bin/other");
  }

  @Test
  void aProgramThatIsAlsoWhatALibraryNeedsHasALoadOfItsOwn() throws Exception {
    root.elf("/usr/bin/one", program().needs("liba.so"))
        .elf("/usr/bin/other", program().needs("liba.so"))
        .hardLink("/lib/libother.so", "/usr/bin/other")
        .elf("/lib/liba.so", sharedObject().needs("libother.so"));
    assertThatTogetherIsAsAlone("/usr/bin/one", "/usr/bin/other");
    assertThatTogetherIsAsAlone("/usr/bin/other", "/usr/bin/one");
  }

  @Test
  void namesAloneAreNotAllThatDecides() throws Exception {
    root.elf("/usr/bin/usual", program().needs("liba.so"))
        .elf("/usr/bin/rpath", program().needs("liba.so").rpath("/opt/lib"))
        .elf("/usr/bin/run-path", program().needs("liba.so").runPath("$ORIGIN/../../opt/lib"))
        .elf("/usr/bin/again", program().needs("liba.so"))
        .elf("/usr/bin/named", program().needs("liba.so").soname("libb.so"))
        .elf("/lib/liba.so", sharedObject().needs("libb.so"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so"))
        .library("/lib/libb.so")
        .library("/opt/lib/libb.so");
    assertThatTogetherIsAsAlone(
        "/usr/bin/usual",
        "/usr/bin/rpath",
        "/usr/bin/run-path",
        "/usr/bin/again",
        "/usr/bin/named");
    assertThatTogetherIsAsAlone(
        "/usr/bin/named", "/usr/bin/run-path", "/usr/bin/rpath", "/usr/bin/again");
  }

  /** So many are read ahead. */
  private List<String> manyPrograms() {
    List<String> programs = new ArrayList<>();
    root.library("/lib/x86_64-linux-gnu/liba.so");
    for (int i = 0; i < 40; i++) {
      programs.add("/usr/bin/program" + i);
      root.elf(programs.get(i), program().needs("liba.so", "lib" + i + ".so"));
      root.library((i % 2 == 0 ? "/lib/x86_64-linux-gnu/lib" : "/usr/lib/lib") + i + ".so");
    }
    return programs;
  }

  @Test
  void whatIsReadAheadIsWhatWouldHaveBeenRead() throws Exception {
    List<String> programs = manyPrograms();
    root.file("/lib/x86_64-linux-gnu/lib8.so", "rwxr-xr-x", new byte[] {0x7f, 'E', 'L', 'F', 9});
    root.symlink("/usr/lib/lib50.so", "lib50.so");
    root.elf("/usr/bin/loop", program().needs("lib50.so"));
    programs.add("/usr/bin/loop");
    assertThatTogetherIsAsAlone(directory, programs);
  }

  @Test
  void aProgramThatCannotBeReadIsRefusedWhenItsTurnComes() throws Exception {
    List<String> programs = manyPrograms();
    byte[] malformed = "\177ELF\7 and no more".getBytes(StandardCharsets.ISO_8859_1);
    root.file("/usr/bin/malformed", "rwxr-xr-x", malformed);
    programs.add(30, "/usr/bin/malformed");
    assertThatThrownBy(() -> closure(root.sysroot(), programs))
        .isInstanceOf(UnusableProgramException.class)
        .hasMessageContaining("/usr/bin/malformed")
        .hasMessageContaining("EI_CLASS");
  }
}
