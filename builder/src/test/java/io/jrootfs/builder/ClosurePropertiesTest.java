package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of closures however they come about. */
class ClosurePropertiesTest {
  private static final ImmutableList<String> PROGRAMS =
      ImmutableList.of("bash", "ls", "perl", "gcc", "xz", "podman", "tar", "mount", "ldd");

  private static final ImmutableList<SysrootPath> SEARCH_PATH =
      ImmutableList.of(SysrootPath.of("/usr/bin"), SysrootPath.of("/bin"));

  @TempDir Path directory;

  private static Closure closure(Path root, ImmutableList<String> programs) throws Exception {
    return RootfsBuild.resolve(programs, Sysroot.of(root), SEARCH_PATH, SysrootPath.ROOT);
  }

  @Test
  void theClosureOfAClosureIsTheSame() throws Exception {
    String[] paths = PROGRAMS.stream().map(name -> "/usr/bin/" + name).toArray(String[]::new);
    Path root = BuiltRoot.of(Path.of("/"), directory.resolve("root"), paths).directory();
    ImmutableList<String> programs = ImmutableList.copyOf(paths);
    assertThat(ClosureFormat.LIST.render(closure(root, programs)))
        .isEqualTo(ClosureFormat.LIST.render(closure(Path.of("/"), programs)));
    assertThat(RootCheck.check(Sysroot.of(root), Optional.empty(), SEARCH_PATH).isGood()).isTrue();
  }

  @Test
  void theClosureOfSeveralProgramsIsTheUnionOfTheirs() throws Exception {
    Set<Closure.Edge> each = new HashSet<>();
    for (String program : PROGRAMS) {
      each.addAll(closure(Path.of("/"), ImmutableList.of(program)).edges());
    }
    Closure all = closure(Path.of("/"), PROGRAMS);
    assertThat(new HashSet<>(all.edges())).isEqualTo(each);
    Closure reversed = closure(Path.of("/"), PROGRAMS.reverse());
    assertThat(reversed.nodes()).isEqualTo(all.nodes());
    assertThat(new HashSet<>(reversed.edges())).isEqualTo(each);
  }

  @Test
  void whatElseIsInARootChangesNothing() throws Exception {
    Path root = BuiltRoot.of(Path.of("/"), directory.resolve("root"), "/usr/bin/perl").directory();
    Closure before = closure(root, ImmutableList.of("perl"));
    ExternalTool.shell(
        root,
        "mkdir -p opt/lib usr/local/lib; cp /lib/x86_64-linux-gnu/libc.so.6 opt/lib/;"
            + "echo junk >usr/local/lib/libc.so.6; mkfifo opt/lib/libm.so.6;"
            + "head -c 100 /bin/ls >opt/ls; truncate -s 1T opt/sparse.so");
    assertThat(closure(root, ImmutableList.of("perl"))).isEqualTo(before);
    assertThat(Files.exists(root.resolve("opt/ls"))).isTrue();
  }
}
