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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is a dynamic string token and what is not, in run paths and in needed names: this machine's
 * loader decides, between files at the path as it is written and at the path with all replaced that
 * looks like a token.
 */
class TokensOracleTest {
  private static final String LIBRARY = "libq.so";

  @TempDir Path directory;

  @BeforeEach
  void rootWithLoader() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p root/lib64 root/lib/x86_64-linux-gnu root/usr/bin root/etc root/proc;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/x86_64-linux-gnu/;"
            + "echo | gcc -shared -x c -nostdlib -Wl,-soname,other -o any.so -;"
            + "echo 'int main(void) { return 0; }' >app.c");
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
    ExternalTool.shell(
        directory,
        "gcc -shared -x c -nostdlib -Wl,-soname,libq.so -o stub.so /dev/null;"
            + "gcc -o root/usr/bin/app app.c -Wl,--no-as-needed \"-Wl,-rpath,$1\" ./stub.so",
        element);
    assertThat(ours(LIBRARY)).isEqualTo(loaders());
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
    ExternalTool.shell(
        directory,
        "gcc -shared -x c -nostdlib \"-Wl,-soname,$1\" -o stub.so /dev/null;"
            + "gcc -o root/usr/bin/app app.c -Wl,--no-as-needed -Wl,-rpath,/opt ./stub.so",
        name);
    assertThat(ours(name)).isEqualTo(loaders());
  }

  /** Where the library was found, or the empty text. */
  private String ours(String name) throws Exception {
    Closure closure =
        new ClosureResolver(Sysroot.of(directory.resolve("root")), ImmutableList.of())
            .resolve(List.of(new Program("app", SysrootPath.of("/usr/bin/app"))));
    return closure.edges().stream()
        .filter(edge -> edge.requested().equals(name))
        .map(edge -> edge.to().requested().value())
        .findFirst()
        .orElse("");
  }

  /**
   * The same by the loader, with the path in order; what is neither the C library nor the loader is
   * the one that is asked for.
   */
  private String loaders() throws Exception {
    String found =
        ExternalTool.shell(
                directory,
                // The program is executed: the kernel says in /proc what $ORIGIN is then.
                "mount -t proc proc root/proc; trap 'umount root/proc' EXIT; perl -e 'chroot \"root\" and chdir \"/\" or die; $ENV{LD_TRACE_LOADED_OBJECTS} = 1;"
                    + " exec(\"/usr/bin/app\")' 2>&1 | grep -v 'linux-vdso\\|libc[.]so\\|/ld-linux'"
                    + " | sed -n 's/^.* => \\(\\/.*\\) (0x.*/\\1/p; s/^\\t\\(\\/.*\\) (0x.*/\\1/p'")
            .strip();
    return found.isEmpty() ? "" : SysrootPath.of(found).value();
  }
}
