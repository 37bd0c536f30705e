package io.jrootfs.builder.sysroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns match what the shell's do, inside the sysroot. */
class SysrootTreesTest {
  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void tree() throws Exception {
    root = temporary.toRealPath();
    for (String file :
        List.of(
            "lib/a.so",
            "lib/b.so",
            "lib/.hidden.so",
            "lib/c.so.1",
            "lib/{x}.so",
            "other/a.so",
            "lib/sub/d.so")) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), "");
    }
    Files.createSymbolicLink(root.resolve("link"), Path.of("/lib"));
    Files.createSymbolicLink(root.resolve("lib/dangling.so"), Path.of("nowhere"));
    Files.createSymbolicLink(root.resolve("lib/circle.so"), Path.of("circle.so"));
  }

  private List<String> matching(String pattern) throws Exception {
    return new SysrootTrees(Sysroot.of(root))
        .matching(pattern).stream().map(SysrootPath::value).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/lib/*.so", "/*/a.so", "/lib/?.so", "/lib/[ab].so", "/lib/[!a].so", "/lib/.h*",
            "/lib/{x}.so",
        "/lib/{*", "/l*/*/d.so", "/lib/a.so", "/nonesuch/*", "/lib/a.so/*", "/*", "/link/*.so.1",
      })
  void patternsMatchWhatTheShellsDo(String pattern) throws Exception {
    // Braces are no patterns of the POSIX shell; links that lead nowhere are none of ours.
    Process shell =
        new ProcessBuilder(
                "chroot",
                root.toString(),
                "/busybox",
                "sh",
                "-c",
                "for f in " + pattern + "; do [ -e \"$f\" ] && echo \"$f\"; done; true")
            .redirectErrorStream(true)
            .start();
    String expected = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(expected).isZero();
    assertThat(matching(pattern)).isEqualTo(expected.lines().toList());
  }

  @BeforeEach
  void shell() throws Exception {
    Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
  }

  @Test
  void aBracketWithoutItsEndIsRefused() {
    assertThatThrownBy(() -> matching("/lib/[a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bad pattern '[a'");
  }

  @Test
  void treesHoldEverythingBelowAndLinksThatLeadSomewhere() throws Exception {
    assertThat(new SysrootTrees(Sysroot.of(root)).trees(ImmutableList.of("/link", "/nonesuch")))
        .extracting(SysrootPath::value)
        .containsExactly(
            "/lib/.hidden.so",
            "/lib/a.so",
            "/lib/b.so",
            "/lib/c.so.1",
            "/lib/sub",
            "/lib/sub/d.so",
            "/lib/{x}.so",
            "/link");
  }
}
