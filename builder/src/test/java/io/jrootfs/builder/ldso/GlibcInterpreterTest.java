package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlibcInterpreterTest {
  @Test
  void thisMachinesLoaderAgreesWithItsOwnDiagnostics() throws Exception {
    Path loader =
        Path.of(
            System.getProperty("os.arch").equals("aarch64")
                ? "/lib/ld-linux-aarch64.so.1"
                : "/lib64/ld-linux-x86-64.so.2");
    Process process = new ProcessBuilder(loader.toString(), "--list-diagnostics").start();
    String diagnostics =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    GlibcInterpreter configuration =
        GlibcInterpreter.read(Files.readAllBytes(loader)).orElseThrow();
    assertThat(configuration.systemDirectories())
        .isNotEmpty()
        .containsExactlyElementsOf(values(diagnostics, "path\\.system_dirs\\[0x[0-9a-f]+\\]"));
    assertThat(List.of(configuration.lib())).isEqualTo(values(diagnostics, "dl_dst_lib"));
  }

  private static List<String> values(String diagnostics, String name) {
    return Pattern.compile("^" + name + "=\"(.*)\"$", Pattern.MULTILINE)
        .matcher(diagnostics)
        .results()
        .map((MatchResult it) -> it.group(1))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "/lib/x86_64-linux-gnu/ /usr/lib/x86_64-linux-gnu/ /lib/ /usr/lib/, lib/x86_64-linux-gnu",
    "/lib64/ /usr/lib64/, lib64",
    "/lib/ /usr/lib/, lib",
    "/nix/store/abc-glibc-2.40/lib/, lib"
  })
  void systemDirectoriesTellWhatLibMeans(String directories, String lib) {
    byte[] bytes =
        ("junk\1/proc/self/\0\0/\0//\0x/lib/\0"
                + directories.replace(' ', '\0')
                + "\0\0/usr/lib/locale\0")
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(GlibcInterpreter.read(bytes))
        .hasValueSatisfying(
            it -> {
              assertThat(it.systemDirectories()).containsExactly(directories.split(" "));
              assertThat(it.lib()).isEqualTo(lib);
            });
  }

  @Test
  void aLoaderWithoutTheListIsNotGuessedAbout() {
    assertThat(GlibcInterpreter.read("/proc/self/\0/lib\0".getBytes(StandardCharsets.US_ASCII)))
        .isEmpty();
    assertThat(GlibcInterpreter.read(new byte[0])).isEmpty();
  }
}
