package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
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

  @Test
  void thisMachinesLoaderNamesItsVersionAndTheProcessorsItKnows() throws Exception {
    String loader = "/lib64/ld-linux-x86-64.so.2";
    GlibcInterpreter configuration =
        GlibcInterpreter.read(Files.readAllBytes(Path.of(loader))).orElseThrow();
    String diagnostics = ExternalTool.run(Path.of("/"), loader, "--list-diagnostics");
    assertThat(values(diagnostics, "version.version"))
        .containsExactly("2." + configuration.minorVersion());
    // "  x86-64-v4 (supported, searched)" among others
    List<String> known =
        ExternalTool.run(Path.of("/"), loader, "--help")
            .lines()
            .dropWhile(line -> !line.startsWith("Subdirectories of glibc-hwcaps"))
            .skip(1)
            .map(line -> line.strip().split(" ", 2)[0])
            .takeWhile(name -> name.startsWith("x86-64-"))
            .toList();
    assertThat(configuration.hwcaps()).isNotEmpty().isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({
    "x86-64-v4:x86-64-v3:x86-64-v2, x86-64-v4 x86-64-v3 x86-64-v2",
    "power10:power9, power10 power9",
    "z17:z16:z15:z14:z13, z17 z16 z15 z14 z13",
    "power9, ''",
    "x86-64-v4:x86-64-vx, ''",
  })
  void theListOfProcessorsIsNothingButNamesOfOneFamily(String text, String names) {
    String loader = "\0/lib/\0/usr/lib/\0\0stable release version 2.41.\0" + text + "\0";
    assertThat(GlibcInterpreter.read(loader.getBytes(StandardCharsets.US_ASCII)))
        .contains(
            new GlibcInterpreter(
                ImmutableList.of("/lib/", "/usr/lib/"),
                "lib",
                ImmutableList.copyOf(Splitter.on(' ').omitEmptyStrings().split(names)),
                41,
                false));
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
