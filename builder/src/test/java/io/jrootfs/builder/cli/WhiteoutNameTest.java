package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that begin as those do by which a layer removes files: {@code .wh.}. */
class WhiteoutNameTest {
  @TempDir Path work;
  private String copy;

  @BeforeEach
  void makeTree() throws IOException {
    ExternalTool.shell(
        work,
        "mkdir -p tree/d; echo kept >tree/x; echo dot >tree/.wh.x; echo o >tree/d/.wh..wh..opq");
    copy = "--copy=" + work.resolve("tree") + ":/srv";
  }

  @Test
  void aDirectoryKeepsThem() throws IOException {
    Path root = work.resolve("root");

    Invocation built = Invocation.of("rootfs", "-q", copy, "--format=dir", "-o", root.toString());

    assertThat(built).isEqualTo(new Invocation(0, "", ""));
    assertThat(ExternalTool.run(work, "diff", "-r", "tree", "root/srv")).isEmpty();
    Invocation compared =
        Invocation.of(
            "diff", "-q", root.resolve("srv").toString(), work.resolve("tree").toString());
    assertThat(compared.err()).isEmpty();
    assertThat(compared.out()).doesNotContain(".wh.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid", "oci", "docker", "rootfs"})
  void whatIsReadAsALayerCannotHoldThem(String format) {
    Path image = work.resolve("image.tar");

    assertRefused(
        Invocation.of("rootfs", copy, "--format=" + format, "-o", image.toString()), "/srv/.wh.x");
    assertThat(image).doesNotExist();
    assertRefused(Invocation.of("rootfs", copy, "--format=" + format, "--dry-run"), "/srv/.wh.x");
  }

  @Test
  void alsoThoseThatARecipeNamesAreRefused() throws IOException {
    Path recipe =
        Files.writeString(
            work.resolve("recipe.yaml"),
            "recipe: 1\ncontents: { files: [{ text: a, to: /etc/.wh.passwd }] }\n");

    assertRefused(
        Invocation.of("rootfs", "--recipe=" + recipe, "-o", work.resolve("image.tar").toString()),
        "/etc/.wh.passwd");
  }

  private static void assertRefused(Invocation built, String path) {
    assertThat(built.err())
        .startsWith("jbuild rootfs: " + path + ": in a layer, a name that starts with .wh. removes")
        .contains("--format dir");
    assertThat(built.status()).isEqualTo(ExitCode.REQUEST.status());
  }
}
