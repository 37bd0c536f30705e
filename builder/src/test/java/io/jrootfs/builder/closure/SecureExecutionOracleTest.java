package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ldso.LdSoCacheBuilder;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that gain privileges, by set-user-ID or by file capabilities, and that look for a
 * library beside themselves; an ordinary user starts each, and the loader judges.
 */
class SecureExecutionOracleTest {
  private static final String SET_USER_ID = "chmod u+s program";
  private static final String CAPABILITY = "setcap cap_net_raw+ep program";

  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void directoryThatOthersMayEnter() throws Exception {
    ExternalTool.requireRoot();
    work = directory.toRealPath();
    ExternalTool.shell(work, "chmod 755 .");
    Files.writeString(work.resolve("a.c"), "int a(void) { return 0; }\n");
    Files.writeString(work.resolve("main.c"), "int a(void); int main(void) { return a(); }\n");
  }

  private void program(String compiler, String runPath) throws Exception {
    ExternalTool.shell(
        work,
        "$1 -shared -fPIC -o liba.so a.c;"
            + "$1 -o program main.c -L. -la \"-Wl,-rpath,$2,--enable-new-dtags\"",
        compiler,
        runPath);
  }

  private boolean isComplete() throws Exception {
    String program = work.resolve("program").toString();
    return new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
        .resolve(ImmutableList.of(new Program(program, SysrootPath.of(program))))
        .isComplete();
  }

  /** What the loader complains of; empty if the program runs. */
  private String complaint() throws Exception {
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                work.resolve("program").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void withoutPrivilegesTheLibraryBesideTheProgramIsFound(String compiler) throws Exception {
    program(compiler, "$ORIGIN");
    assertThat(complaint()).isEmpty();
    assertThat(isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void withFileCapabilitiesItIsNot(String compiler) throws Exception {
    program(compiler, "$ORIGIN");
    ExternalTool.shell(work, CAPABILITY);
    assertThat(complaint()).contains("liba.so");
    assertThat(isComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void asSetUserIdProgramItIsNot(String compiler) throws Exception {
    program(compiler, "$ORIGIN");
    ExternalTool.shell(work, SET_USER_ID);
    assertThat(complaint()).contains("liba.so");
    assertThat(isComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void aPathWithoutOriginCountsForAllOfThem(String compiler) throws Exception {
    program(compiler, work.toString());
    ExternalTool.shell(work, CAPABILITY + "; " + SET_USER_ID + "; " + CAPABILITY);
    assertThat(complaint()).isEmpty();
    assertThat(isComplete()).isTrue();
  }

  /**
   * The program in a root of its own, where it may stand and find what is in system directories.
   */
  private void inARoot(String needed, String runPath) throws Exception {
    ExternalTool.shell(
        work,
        "mkdir -p root/lib64 root/lib/x86_64-linux-gnu root/usr/lib/app root/usr/bin root/opt/app"
            + "  root/opt/bin root/proc root/usr/lib/usr/bin;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/x86_64-linux-gnu/;"
            + "gcc -shared -fPIC -Wl,-soname,\"$1\" -o liba.so a.c;"
            + "for to in usr/lib/app opt/app usr/lib/usr/bin; do cp liba.so root/$to/; done;"
            + "gcc -o program main.c -L. -la \"-Wl,-rpath,$2,--enable-new-dtags\"",
        needed,
        runPath);
  }

  /** Whether it starts when an ordinary user starts it. */
  private boolean startsInTheRoot(String place) throws Exception {
    ExternalTool.shell(work, "cp program root$1; chmod 4755 root$1", place);
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-euc",
                "mount -t proc proc root/proc;"
                    + "exec /usr/sbin/chroot --userspec=65534:65534 --groups= root $1",
                "sh",
                place)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    assertThat(status == 0 || output.contains("liba.so") || output.contains("DST"))
        .as(output)
        .isTrue();
    return status == 0;
  }

  private boolean isCompleteInTheRoot(String place) throws Exception {
    return new ClosureResolver(Sysroot.of(work.resolve("root")), ImmutableList.of())
        .resolve(ImmutableList.of(new Program(place, SysrootPath.of(place))))
        .isComplete();
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/bin/program, $ORIGIN/../lib/app",
    "/usr/bin/program, ${ORIGIN}/../lib/app",
    "/usr/bin/program, $ORIGIN/../../opt/app",
    "/usr/bin/program, /usr/lib/$ORIGIN",
    "/usr/bin/program, /usr/lib$ORIGIN",
    "/usr/bin/program, $ORIGIN/../lib/$ORIGIN",
    "/usr/bin/program, /opt/app:$ORIGIN",
    "/opt/bin/program, $ORIGIN/../app",
    "/opt/bin/program, $ORIGIN/../../usr/lib/app",
    "/opt/bin/program, /opt/app",
  })
  void originCountsAtTheStartAndWhereItLeadsToASystemDirectory(String place, String runPath)
      throws Exception {
    inARoot("liba.so", runPath);
    boolean starts = startsInTheRoot(place);
    assertThat(isCompleteInTheRoot(place)).isEqualTo(starts);
  }

  /** What is preloaded answers to the name that the program needs and that is nowhere else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/opt/app/liba.so|true|true",
        "liba.so|true|false",
        "liba.so|chmod u+s opt/app/liba.so|true",
        "liba.so|chmod g+s opt/app/liba.so|false",
        "liba.so|mv opt/app/liba.so usr/lib/|false",
        "liba.so|mv opt/app/liba.so usr/lib/; chmod u+s usr/lib/liba.so|true",
        "liba.so|cp opt/app/liba.so usr/lib/; chmod u+s usr/lib/liba.so|true",
        "liba.so|mv opt/app/liba.so opt/; chmod u+s opt/liba.so; mv cache etc/ld.so.cache|false",
        "$ORIGIN/../lib/app/liba.so|true|true",
        "$ORIGIN/../../opt/app/liba.so|true|false",
      })
  void whatIsPreloadedByASearchMustBeSetUserIdAndByACacheItIsNot(
      String preloaded, String script, boolean expected) throws Exception {
    inARoot("libnowhere.so", "/opt/app");
    Path root = work.resolve("root");
    Files.createDirectory(root.resolve("etc"));
    Files.writeString(root.resolve("etc/ld.so.preload"), preloaded + "\n");
    Files.write(
        root.resolve("cache"),
        new LdSoCacheBuilder().entry("liba.so", "/opt/liba.so", 0x303, 0).build());
    ExternalTool.shell(root, script);
    assertThat(startsInTheRoot("/usr/bin/program")).isEqualTo(expected);
    assertThat(isCompleteInTheRoot("/usr/bin/program")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$ORIGIN/../lib/app/liba.so", "/usr/$LIB/liba.so", "/usr/lib/app/liba.so"})
  void aTokenInANeededNameEndsTheProgram(String needed) throws Exception {
    inARoot(needed, "/usr/lib/app");
    boolean starts = startsInTheRoot("/usr/bin/program");
    assertThat(isCompleteInTheRoot("/usr/bin/program"))
        .isEqualTo(starts)
        .isEqualTo(needed.indexOf('$') < 0);
  }
}
