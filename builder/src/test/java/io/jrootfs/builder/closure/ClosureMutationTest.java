package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Assertions;

/**
 * A root of real files, one of them damaged at random: the closure and the check of the root answer
 * in bounded time, or refuse with a message that names the file; nothing else is ever thrown.
 *
 * <p>A bounded number of tries in the test suite; {@code -Djqwik.tries.default} does not apply to
 * it, {@code -Dfuzz.seconds=N} goes on with new seeds for so long.
 */
class ClosureMutationTest {
  /** What a loader, a cache, a path file, a script or a note could make us stumble over. */
  private static final List<String> TARGETS =
      List.of(
          "bin/app",
          "lib/liba.so",
          "lib64/ld-linux-x86-64.so.2",
          "etc/ld.so.cache",
          "etc/ld.so.preload",
          "etc/ld-musl-x86_64.path",
          "lib/ld-musl-x86_64.so.1",
          "bin/musl",
          "bin/script");

  private static Path directory;

  /**
   * A damage.
   *
   * @param target which file
   * @param position where, as a part of a million of its length
   * @param bytes what stands there instead
   * @param isCut whether the file ends there
   */
  record Damage(String target, int position, List<Byte> bytes, boolean isCut) {}

  @BeforeContainer
  static void root() throws Exception {
    directory = Files.createTempDirectory("mutation").toRealPath();
    Files.writeString(
        directory.resolve("app.c"),
        DlopenNoteTest.noteSource("[{\"soname\":[\"libz.so\"]}]")
            + "int a(void); int main(void) { return a(); }\n");
    ExternalTool.shell(
        directory,
        "mkdir -p root/bin root/lib root/lib64 root/etc root/opt; cd root;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 lib64/; cp -L /lib/ld-musl-x86_64.so.1 lib/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 lib/;"
            + "echo 'int a(void) { return 1; }' >../a.c;"
            + "echo 'V_1 { global: a; };' >../versions;"
            + "gcc -shared -fPIC -Wl,--version-script=../versions -o lib/liba.so ../a.c;"
            + "gcc -o bin/app ../app.c -Llib -la;"
            + "musl-gcc -shared -fPIC -o opt/liba.so ../a.c;"
            + "musl-gcc -o bin/musl ../app.c -Lopt -la -Wl,-rpath,'$ORIGIN/../opt';"
            + "printf '/lib\\n/usr/lib\\n' >etc/ld-musl-x86_64.path;"
            + "printf '#!/bin/env -S app x\\n' >bin/script; cp bin/app bin/env;"
            + "chmod +x bin/script;"
            + "echo /lib/liba.so >etc/ld.so.preload;"
            + "echo /opt >etc/ld.so.conf; /sbin/ldconfig -r .");
  }

  @AfterContainer
  static void delete() throws IOException {
    MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @Provide
  Arbitrary<Damage> damages() {
    Arbitrary<List<Byte>> bytes =
        Arbitraries.bytes()
            .edgeCases(it -> it.add((byte) 0, (byte) -1, (byte) 1, (byte) 0x7f))
            .list()
            .ofMinSize(1)
            .ofMaxSize(9);
    // What decides stands mostly at the start of ELF files; the rest has its turn too.
    Arbitrary<Integer> positions =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(0, 40_000)),
            Tuple.of(2, Arbitraries.integers().between(0, 999_999)));
    return Combinators.combine(
            Arbitraries.of(TARGETS), positions, bytes, Arbitraries.of(false, false, false, true))
        .as(Damage::new);
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void aDamagedFileIsAnsweredOrRefused(@ForAll("damages") Damage damage) throws Exception {
    judge(damage);
  }

  @Property(tries = 1, edgeCases = EdgeCasesMode.NONE)
  void longerOnRequest() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(Long.getLong("fuzz.seconds", 1)).toNanos();
    do {
      judge(damages().sample());
    } while (System.nanoTime() < end);
  }

  private static void judge(Damage damage) throws Exception {
    Path file = directory.resolve("root").resolve(damage.target());
    byte[] good = Files.readAllBytes(file);
    try {
      Files.write(file, damaged(good, damage));
      // No measure of speed: a file that makes us loop shall fail the test, not hang it.
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), ClosureMutationTest::look);
    } finally {
      Files.write(file, good);
    }
  }

  private static byte[] damaged(byte[] good, Damage damage) {
    int at = (int) ((long) good.length * damage.position() / 1_000_000);
    byte[] bad = Arrays.copyOf(good, damage.isCut() ? at : good.length);
    for (int i = 0; i < damage.bytes().size() && at + i < bad.length; i++) {
      bad[at + i] = damage.bytes().get(i);
    }
    return bad;
  }

  private static void look() throws IOException {
    SysrootFixture root = SysrootFixture.empty(directory.resolve("root"));
    for (String program : List.of("/bin/app", "/bin/musl", "/bin/script", "/lib/liba.so")) {
      try {
        Closure closure = root.closureOf(program);
        for (ClosureFormat format : ClosureFormat.values()) {
          assertThat(format.render(closure)).isNotEmpty();
        }
        closure.missing().forEach(missing -> assertThat(missing.sentence()).contains("needed by"));
      } catch (ClosureException e) {
        assertThat(e).hasMessageContaining("/");
      }
    }
    RootCheck.Report report =
        RootCheck.check(
            root.sysroot(), Optional.of("/bin/app"), ImmutableList.of(SysrootPath.of("/bin")));
    report.findings().forEach(finding -> assertThat(finding.sentence()).isNotEmpty());
  }
}
