package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an image tells of its packages when it begins with an image that tells of some: the same as
 * if all had been built at once.
 */
class PackagesOfBaseTest {
  private static final String STATUS_D = "var/lib/dpkg/status.d/";

  @TempDir Path work;

  private Path built(String... options) throws IOException {
    Path image = Files.createTempFile(work, "image", ".tar");
    List<String> words = new ArrayList<>(List.of("rootfs", "-q", "-o", image.toString()));
    words.addAll(List.of(options));
    Invocation built = Invocation.of(words.toArray(String[]::new));
    assertThat(built.err()).isEmpty();
    assertThat(built.status()).isZero();
    return image;
  }

  private Path unpacked(Path image) throws IOException {
    Path root = Files.createTempDirectory(work, "root");
    Invocation written =
        Invocation.of("rootfs", "-q", "--format=dir", "--from=" + image, "-o", root.toString());
    assertThat(written.err()).isEmpty();
    return root;
  }

  @ParameterizedTest
  @CsvSource({"bash, ls", "ls, env", "env, ls", "python3, perl", "bash, bash"})
  void itTellsTheSameAsIfAllWasBuiltAtOnce(String first, String second) throws IOException {
    Path base = built("--add=" + first);
    Path added = built("--from=" + base, "--add=" + second, "--cmd=x");
    Path atOnce = built("--add=" + first + "," + second, "--cmd=x");
    Invocation compared = Invocation.of("diff", added.toString(), atOnce.toString());
    assertThat(compared.out()).isEmpty();
    assertThat(compared.status()).isZero();
    // And nothing is left to be told.
    Invocation again =
        Invocation.of(
            "diff",
            added.toString(),
            built("--from=" + added, "--add=" + second, "--cmd=x").toString());
    assertThat(again.out()).isEmpty();
    assertThat(again.status()).isZero();
  }

  @Test
  void aBaseThatIsToTellNothingStaysSoAndWhatComesIsTold() throws IOException {
    Path base = built("--no-package-metadata", "--add=bash");
    Path root = unpacked(built("--from=" + base, "--add=ls"));
    assertThat(root.resolve(STATUS_D + "coreutils.md5sums"))
        .content()
        .contains("  usr/bin/ls\n")
        .doesNotContain("bash");
    assertThat(root.resolve(STATUS_D + "bash")).doesNotExist();
  }

  /** A root of a package with some files, each of which holds its path and the version. */
  private Path tree(String name, String version, String... files) throws IOException {
    Path tree = Files.createTempDirectory(work, "tree");
    Path info = Files.createDirectories(tree.resolve("var/lib/dpkg/info"));
    Files.writeString(
        info.resolveSibling("status"),
        "Package: %s\nStatus: install ok installed\nArchitecture: all\nVersion: %s\n"
            .formatted(name, version));
    Files.writeString(info.resolve(name + ".list"), "/" + String.join("\n/", files) + "\n");
    StringBuilder sums = new StringBuilder();
    for (String file : files) {
      Files.createDirectories(tree.resolve(file).getParent());
      Files.writeString(tree.resolve(file), file + " " + version);
      sums.append(ExternalTool.run(tree, "md5sum", file));
    }
    Files.writeString(info.resolve(name + ".md5sums"), sums);
    return tree;
  }

  private static String checked(Path root) throws IOException {
    return ExternalTool.shell(root, "cat " + STATUS_D + "*.md5sums | md5sum -c --strict");
  }

  @Test
  void filesOfTwoVersionsAreToldAsTwo() throws IOException {
    Path old = tree("a", "1", "opt/one", "opt/two");
    Path young = tree("a", "2", "opt/two", "opt/three");
    Path base =
        built(
            "--sysroot=" + old,
            "--copy=" + old + "/opt/one:/opt/one",
            "--copy=" + old + "/opt/two:/opt/two");
    Path image =
        built("--from=" + base, "--sysroot=" + young, "--copy=" + young + "/opt/two:/opt/two");
    Path root = unpacked(image);
    assertThat(checked(root)).isEqualTo("opt/one: OK\nopt/two: OK\n");
    assertThat(root.resolve(STATUS_D + "a")).content().contains("Version: 1\n");
    assertThat(root.resolve(STATUS_D + "a.md5sums"))
        .content()
        .contains("one")
        .doesNotContain("two");
    assertThat(root.resolve(STATUS_D + "a:all")).content().contains("Version: 2\n");
    assertThat(Invocation.of("inspect", image.toString()).out()).contains("  a 1, 2\n");
    // As a sysroot it has both, too.
    Path again =
        built(
            "--sysroot=" + root,
            "--copy=" + root + "/opt/one:/opt/one",
            "--copy=" + root + "/opt/two:/opt/two");
    assertThat(Invocation.of("inspect", again.toString()).out()).contains("  a 1, 2\n");
  }

  @Test
  void aVersionWhoseFilesWereAllReplacedIsToldNoMore() throws IOException {
    Path old = tree("a", "1", "opt/one");
    Path young = tree("a", "2", "opt/one");
    Path base = built("--sysroot=" + old, "--copy=" + old + "/opt/one:/opt/one");
    Path image =
        built("--from=" + base, "--sysroot=" + young, "--copy=" + young + "/opt/one:/opt/one");
    assertThat(checked(unpacked(image))).isEqualTo("opt/one: OK\n");
    assertThat(Invocation.of("inspect", image.toString()).out()).contains("  a 2\n");
    Path atOnce = built("--sysroot=" + young, "--copy=" + young + "/opt/one:/opt/one");
    assertThat(Invocation.of("diff", image.toString(), atOnce.toString()).out()).isEmpty();
  }

  @Test
  void aBaseWithADamagedRecordIsOneSentence() throws IOException {
    Path tree = tree("a", "1", "opt/one");
    Path record = Files.writeString(work.resolve("record"), "nothing of dpkg's");
    Path base = built("--no-package-metadata", "--copy=" + record + ":/" + STATUS_D + "b");
    String[] build = {
      "rootfs",
      "-q",
      "--from=" + base,
      "--sysroot=" + tree,
      "--copy=" + tree + "/opt/one:/opt/one",
      "-o",
      base + "2"
    };
    Invocation refused = Invocation.of(build);
    assertThat(refused.err())
        .isEqualTo(
            "jbuild rootfs: /"
                + STATUS_D
                + "b of the base is damaged: line 1 is no field with a colon behind its name, so"
                + " dpkg cannot read it either; it is read for the image to tell its packages, which"
                + " --no-package-metadata leaves out\n");
    assertThat(refused.status()).isEqualTo(3);
    build[1] = "--no-package-metadata";
    assertThat(Invocation.of(build).status()).isZero();
  }
}
