package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of several layers, one for each of the largest packages. */
class LayersOptionTest {
  @TempDir Path work;
  private ForeignTool foreign;

  @BeforeEach
  void isolate() throws IOException {
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
  }

  private Path build(String name, String... options) {
    Path image = work.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("rootfs", "-q", "-o", image.toString()));
    arguments.addAll(List.of(options));
    Invocation built = Invocation.of(arguments.toArray(String[]::new));
    assertThat(built).isEqualTo(new Invocation(0, "", ""));
    return image;
  }

  private static String packageOf(String file) throws IOException {
    return ExternalTool.shell(
            Path.of("/"),
            "p=$(dpkg -S "
                + file
                + " 2> /dev/null || dpkg -S /usr"
                + file
                + "); dpkg-query -W -f '${source:Package}\\n' \"${p%%:*}\" | head -n 1")
        .strip();
  }

  @ParameterizedTest
  @CsvSource({"hybrid, gzip", "oci, zstd", "docker, gzip", "docker, none"})
  void itHoldsWhatAnImageOfOneLayerHolds(String format, String compression) {
    Path single = build("single.tar", "--add", "bash,ls");
    Path origin =
        build(
            "origin.tar",
            "--add",
            "bash,ls",
            "--layers",
            "origin",
            "--format",
            format,
            "--compress",
            compression);
    Invocation diff = Invocation.of("diff", "--times", single.toString(), origin.toString());
    assertThat(diff).isEqualTo(new Invocation(0, "", ""));
    assertThat(Invocation.of("check", "-q", origin.toString()))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(Invocation.of("why", origin.toString(), "libc.so.6"))
        .isEqualTo(Invocation.of("why", single.toString(), "libc.so.6"));
  }

  @Test
  void eachLayerSaysWhichSourcePackageItIsOf() throws Exception {
    Path image = build("image.tar", "--add", "bash,ls", "--layers", "origin");
    String ofLibc =
        packageOf(ExternalTool.shell(work, "ldd /bin/ls | grep -o '/[^ ]*libc.so.6'").strip());
    JsonNode history =
        new ObjectMapper()
            .readTree(foreign.skopeo("inspect", "--config", "oci-archive:" + image))
            .get("history");
    assertThat(history.findValuesAsText("created_by"))
        .hasSizeBetween(3, 8)
        .contains(
            "jbuild rootfs --add bash,ls # bash",
            "jbuild rootfs --add bash,ls # coreutils",
            "jbuild rootfs --add bash,ls # " + ofLibc)
        .last()
        .isEqualTo("jbuild rootfs --add bash,ls # everything else");
    assertThat(Invocation.of("inspect", image.toString()).out())
        .contains("jbuild rootfs --add bash,ls # coreutils");
  }

  @Test
  void theSameTwiceIsTheSameBytes() throws Exception {
    Path one = build("one.tar", "--add", "bash,ls", "--layers", "origin");
    Path other = build("other.tar", "--add", "bash,ls", "--layers", "origin");
    assertThat(other).hasSameBinaryContentAs(one);
  }

  @Test
  void umociUnpacksTheTreeThatGnuTarUnpacks() throws Exception {
    Path image = build("image.tar", "--add", "bash,ls", "--layers", "origin");
    Path plain = build("plain.tar", "--add", "bash,ls", "--format", "rootfs");
    Path layout = Files.createDirectory(work.resolve("layout"));
    Path expected = Files.createDirectory(work.resolve("expected"));
    foreign.run("tar", "-C", layout.toString(), "-xf", image.toString());
    foreign.run("tar", "-C", expected.toString(), "-xpf", plain.toString());
    foreign.run(
        "umoci", "unpack", "--image", layout + ":latest", work.resolve("bundle").toString());

    Path unpacked = work.resolve("bundle/rootfs");
    foreign.run("diff", "-r", "--no-dereference", expected.toString(), unpacked.toString());
    assertThat(listing(unpacked)).isEqualTo(listing(expected));
  }

  private static String listing(Path root) throws IOException {
    return ExternalTool.shell(root, "find . -printf '%P %y %m %U:%G %n %l %T@\\n' | sort");
  }

  @Test
  void podmanRunsIt() throws Exception {
    Path image = build("image.tar", "--add", "bash,ls", "--layers", "origin");
    foreign.podmanLoad(image);
    assertThat(
            foreign.podman(
                "run",
                "--rm",
                "--network",
                "none",
                // Where nobody may raise a limit, podman's defaults would.
                "--ulimit=nofile=1024:1024",
                "--ulimit=nproc=1000:1000",
                "localhost/bash:latest",
                "bash",
                "-c",
                "ls -d /usr && echo runs"))
        .isEqualTo("/usr\nruns");
  }

  @Test
  void ofAChangedImageOnlyTheChangedLayersArePushed() throws Exception {
    Path first = build("first.tar", "--add", "bash,ls", "--layers", "origin");
    Path added = Files.writeString(work.resolve("added"), "new");
    Path second =
        build("second.tar", "--add", "bash,ls", "--layers", "origin", "--copy", added + ":/added");
    try (LoopbackRegistry registry =
        LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")))) {
      push(first, registry.name("layers:1"));
      assertThat(push(second, registry.name("layers:2"))).contains(": 2 blobs sent");
    }
  }

  private static String push(Path image, String name) {
    Invocation pushed = Invocation.of("push", image.toString(), name);
    assertThat(pushed.status()).as(pushed.err()).isZero();
    return pushed.err();
  }

  @Test
  void aRecipeMaySayHowManyLayers() throws Exception {
    Path recipe =
        Files.writeString(
            work.resolve("recipe.yaml"),
            """
            recipe: 1
            contents: { binaries: [bash, ls] }
            layers: { strategy: origin, budget: 2 }
            """);
    Path image = build("image.tar", "--recipe", recipe.toString());
    Path single = build("single.tar", "--recipe", recipe.toString(), "--layers", "single");
    assertThat(layers(image)).isEqualTo(2);
    assertThat(layers(single)).isEqualTo(1);
  }

  private int layers(Path image) throws IOException {
    return new ObjectMapper()
        .readTree(foreign.skopeo("inspect", "--raw", "oci-archive:" + image))
        .get("layers")
        .size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rootfs", "dir"})
  void whatIsNoImageHasNoLayers(String format) throws IOException {
    Invocation refused =
        Invocation.of(
            "rootfs",
            "--add",
            "ls",
            "--layers",
            "origin",
            "--format",
            format,
            "-o",
            work.resolve("out").toString());
    assertThat(refused)
        .isEqualTo(
            new Invocation(
                2,
                "",
                "jbuild rootfs: only an image has layers; --layers goes with --format hybrid, oci"
                    + " and docker. See 'jbuild rootfs --help'.\n"));
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).containsExactly(work.resolve("foreign"));
    }
  }
}
