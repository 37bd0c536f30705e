package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is a dynamic string token and what is not, in run paths and in needed names: this machine's
 * loader decides, between files at the path as it is written and at the path with all replaced that
 * looks like a token.
 */
class TokensOracleTest {
  private static final String LIBRARY = "libq.so";

  @TempDir Path directory;
  private TracedRoot root;

  @BeforeEach
  void rootWithLoader() throws Exception {
    root = TracedRoot.in(directory);
    root.shell("lib other any.so");
  }

  /** Ways in which a path can be read, whether rightly or not. */
  private static Set<String> readings(String text) {
    Set<String> readings = new LinkedHashSet<>();
    readings.add(text);
    for (String token :
        ImmutableList.of("\\$X", "\\$\\{X\\}", "\\$\\{?X\\}?", "\\$X\\b", "\\$X|\\$\\{X\\}")) {
      String reading = text;
      for (List<String> each :
          ImmutableList.of(
              ImmutableList.of("ORIGIN", "/usr/bin"),
              ImmutableList.of("LIB", "lib/x86_64-linux-gnu"),
              ImmutableList.of("PLATFORM", "x86_64"))) {
        reading = reading.replaceAll(token.replace("X", each.get(0)), each.get(1));
        readings.add(text.replaceAll(token.replace("X", each.get(0)), each.get(1)));
      }
      readings.add(reading);
    }
    return readings;
  }

  private void libraryAt(String path) throws Exception {
    Path file = directory.resolve("root" + path).normalize();
    Files.createDirectories(file.getParent());
    if (!Files.exists(file)) {
      // Each is a file of its own, with a name of its own.
      Files.copy(directory.resolve("any.so"), file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ORIGIN/one",
        "${ORIGIN}/one",
        "$ORIGIN",
        "${ORIGIN}",
        "$ORIGIN/../one",
        "$ORIGINAL/one",
        "$ORIGIN_/one",
        "$ORIGIN1/one",
        "$ORIGIN-/one",
        "$ORIGIN.d/one",
        "${ORIGIN}AL/one",
        "${ORIGIN/one",
        "${ORIGIN }/one",
        "/opt/$ORIGIN/one",
        "/opt$ORIGIN",
        "/$LIB/one",
        "/${LIB}/one",
        "/$LIB64/one",
        "/${LIB}64/one",
        "/$lib/one",
        "/$PLATFORM/one",
        "/${PLATFORM}/one",
        "/$PLATFORM-$LIB/one",
        "/$PLATFORM$LIB/one",
        "/$PLATFORMS/one",
        "/$HOME/one",
        "/${HOME}/one",
        "/$/one",
        "/$$LIB/one",
        "/${}/one",
        "/$ORIGIN$ORIGIN/one",
        "/a$",
        "/a${",
      })
  void inRunPaths(String element) throws Exception {
    for (String reading : readings(element)) {
      if (reading.startsWith("/")) {
        libraryAt(reading + "/" + LIBRARY);
      }
    }
    root.shell("lib libq.so stub.so; app \"-Wl,-rpath,$1\" ./stub.so", element);
    assertThat(root.ours()).isEqualTo(root.loaders());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ORIGIN/libq.so",
        "${ORIGIN}/libq.so",
        "$ORIGINAL/libq.so",
        "/$LIB/libq.so",
        "/opt/$PLATFORM:$PLATFORM/libq.so",
        "/opt/lib$PLATFORM.so",
        "/opt/lib${PLATFORM}x.so",
        "/opt/lib$PLATFORMx.so",
        "lib$PLATFORM.so",
        "lib${PLATFORM}.so",
        "lib$OTHER.so",
        "lib$.so",
      })
  void inNeededNames(String name) throws Exception {
    for (String reading : readings(name)) {
      libraryAt(reading.startsWith("/") ? reading : "/opt/" + reading);
    }
    root.shell("lib \"$1\" stub.so; app -Wl,-rpath,/opt ./stub.so", name);
    // The loader tells names with what the tokens stand for.
    assertThat(root.ours().values()).containsExactlyElementsOf(root.loaders().values());
  }

  @ParameterizedTest
  @CsvSource({
    "-f, $ORIGIN/sub/libq.so",
    "-F, $ORIGIN/sub/libq.so",
    "-f, /$LIB/libq.so",
    "-F, /opt/${PLATFORM}/libq.so",
    "-f, libq$OTHER.so"
  })
  void inFilterNames(String option, String name) throws Exception {
    libraryAt("/opt/sub/" + LIBRARY);
    libraryAt("/lib/x86_64-linux-gnu/" + LIBRARY);
    libraryAt("/opt/x86_64/" + LIBRARY);
    libraryAt("/opt/libq$OTHER.so");
    root.shell(
        "gcc -shared -x c -nostdlib -Wl,-soname,libf.so,-rpath,/opt \"-Wl,$1,$2\""
            + "  -o root/opt/libf.so /dev/null; app -Wl,-rpath,/opt root/opt/libf.so",
        option,
        name);
    assertThat(new TreeSet<>(root.ours().values()))
        .hasSize(2)
        .isEqualTo(new TreeSet<>(root.loaders().values()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void originOfAProgramThatTheKernelStartsIsWhereItsLinksEnd(String compiler) throws Exception {
    Path work = directory.toRealPath();
    ExternalTool.shell(
        work,
        "mkdir -p bin real/bin real/lib lib;"
            + "for to in real/lib lib; do"
            + "  echo \"char *place(void) { return \\\"$to\\\"; }\" >place.c;"
            + "  $1 -shared -fPIC -o $to/libplace.so place.c;"
            + "done;"
            + "echo 'int puts(const char *); char *place(void); int main(void) {puts(place());}' >m.c;"
            + "$1 -o real/bin/app m.c -Llib -lplace '-Wl,-rpath,$ORIGIN/../lib';"
            + "ln -s ../real/bin/app bin/hop; ln -s hop bin/app",
        compiler);
    String place = ExternalTool.run(work, work.resolve("bin/app").toString()).strip();
    String program = work.resolve("bin/app").toString();
    Closure closure =
        new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
            .resolve(List.of(new Program(program, SysrootPath.of(program))));
    assertThat(closure.nodes().keySet())
        .contains(SysrootPath.of(work.resolve(place).resolve("libplace.so").toString()))
        .doesNotContain(SysrootPath.of(work.resolve("lib/libplace.so").toString()));
  }
}
