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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images for several machines in one index. */
class PlatformsTest {
  private static final String BOTH = "linux/amd64,linux/arm64";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path work;
  private ForeignTool foreign;

  @BeforeEach
  void isolate() throws IOException {
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
  }

  private Path build(String output, String... options) {
    Path image = work.resolve(output);
    List<String> arguments = new ArrayList<>(List.of("rootfs", "-q", "-o", image.toString()));
    arguments.addAll(List.of(options));
    assertThat(Invocation.of(arguments.toArray(String[]::new)))
        .isEqualTo(new Invocation(0, "", ""));
    return image;
  }

  private JsonNode inspect(String machine, String image) throws IOException {
    return JSON.readTree(foreign.skopeo("--override-arch", machine, "inspect", image));
  }

  private String text(String name, String text) throws IOException {
    return Files.writeString(work.resolve(name), text).toString();
  }

  /** One program for each of the two machines, in a tree with what it loads. */
  private void makeTrees() throws IOException {
    text("hello.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n");
    ExternalTool.shell(
        work,
        """
        set -e
        mkdir -p amd64/bin arm64/bin arm64/lib
        gcc -o amd64/bin/hello hello.c
        ldd amd64/bin/hello | grep -o '/[^ ]*' | while read -r file; do
          mkdir -p "amd64$(dirname "$file")"; cp -L "$file" "amd64$file"
        done
        aarch64-linux-gnu-gcc -o arm64/bin/hello hello.c
        cp -L /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 arm64/lib/
        cp -L /usr/aarch64-linux-gnu/lib/libc.so.6 arm64/lib/
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid", "oci"})
  void eachMachineGetsTheProgramsOfItsTree(String format) throws Exception {
    makeTrees();
    Path image =
        build(
            "image.tar",
            "--platform",
            BOTH,
            "--sysroot",
            "linux/amd64=" + work.resolve("amd64"),
            "--sysroot",
            "linux/arm64=" + work.resolve("arm64"),
            "--add",
            "hello",
            "--format",
            format);
    for (String machine : List.of("amd64", "arm64")) {
      assertThat(inspect(machine, "oci-archive:" + image).get("Architecture").asText())
          .isEqualTo(machine);
      foreign.skopeo(
          "--override-arch",
          machine,
          "copy",
          "oci-archive:" + image,
          "oci:" + work.resolve("copied-" + machine) + ":1");
      foreign.run(
          "umoci",
          "unpack",
          "--image",
          work.resolve("copied-" + machine) + ":1",
          work.resolve("bundle-" + machine).toString());
      assertThat(Invocation.of("check", "-q", "--platform", "linux/" + machine, image.toString()))
          .isEqualTo(new Invocation(0, "", ""));
    }
    Path arm = work.resolve("bundle-arm64/rootfs");
    assertThat(ExternalTool.run(arm, "qemu-aarch64-static", "-L", "" + arm, "bin/hello").strip())
        .isEqualTo("hello");
    assertThat(
            ExternalTool.run(work.resolve("bundle-amd64/rootfs"), "chroot", ".", "/bin/hello")
                .strip())
        .isEqualTo("hello");
  }

  @Test
  void podmanLoadsTheImageForThisMachine() throws Exception {
    Path image =
        build(
            "image.tar",
            "--platform",
            "linux/arm64,linux/amd64",
            "--copy",
            text("f", "f") + ":/f",
            "-t",
            "localhost/both:1");
    foreign.podmanLoad(image);
    assertThat(
            foreign.podman("image", "inspect", "--format", "{{.Architecture}}", "localhost/both:1"))
        .isEqualTo("amd64");
  }

  @Test
  void ofABaseForSeveralMachinesEachTakesItsOwn() throws Exception {
    try (LoopbackRegistry registry =
        LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")))) {
      String name = registry.name("base:1");
      for (String machine : List.of("amd64", "arm64")) {
        Path one =
            build(
                machine + ".tar",
                "--platform",
                "linux/" + machine,
                "--copy",
                text(machine, machine) + ":/machine");
        foreign.skopeo(
            "copy",
            "--dest-tls-verify=false",
            "oci-archive:" + one,
            "docker://" + registry.name("base:" + machine));
      }
      // An index by a tool that is not ours.
      foreign.podman("manifest", "create", "base");
      for (String machine : List.of("amd64", "arm64")) {
        foreign.podman(
            "manifest",
            "add",
            "--tls-verify=false",
            "base",
            "docker://" + registry.name("base:" + machine));
      }
      foreign.podman("manifest", "push", "--tls-verify=false", "base", "docker://" + name);

      Path image =
          build("image.tar", "--platform", BOTH, "--from", name, "--copy", text("f", "f") + ":/f");
      for (String machine : List.of("amd64", "arm64")) {
        JsonNode layers = inspect(machine, "oci-archive:" + image).get("Layers");
        assertThat(layers).hasSize(2);
        assertThat(layers.get(0))
            .isEqualTo(
                inspect(machine, "oci-archive:" + work.resolve(machine + ".tar")).at("/Layers/0"));
      }
    }
  }

  @Test
  void itIsPushedAsTheIndexThatItIs() throws Exception {
    try (LoopbackRegistry registry =
        LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")))) {
      String name = registry.name("both:1");
      Path image = work.resolve("image.tar");
      Invocation pushed =
          Invocation.of(
              "rootfs",
              "-q",
              "--platform",
              BOTH,
              "--copy",
              text("f", "f") + ":/f",
              "--push",
              name,
              "-o",
              image.toString());
      assertThat(pushed.status()).as(pushed.err()).isZero();
      assertThat(foreign.skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name))
          .isEqualTo(foreign.skopeo("inspect", "--raw", "oci-archive:" + image));
    }
  }

  @Test
  void aRecipeIsBuiltForThePlatformsItNames() throws Exception {
    String recipe =
        text(
            "recipe.yaml",
            """
            recipe: 1
            platforms: [linux/amd64, linux/arm64]
            contents: { files: [{ text: hello, to: /hello }] }
            """);
    Path image = build("image.tar", "--recipe", recipe, "--platform", BOTH);
    assertThat(inspect("arm64", "oci-archive:" + image).get("Architecture").asText())
        .isEqualTo("arm64");
    Invocation other =
        Invocation.of(
            "rootfs",
            "--recipe",
            recipe,
            "--platform",
            "linux/amd64,linux/s390x",
            "-o",
            work + "/no.tar");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("is for linux/amd64, linux/arm64");
    assertThat(work.resolve("no.tar")).doesNotExist();
  }

  @Test
  void whatIsBuiltTwiceIsTheSameBytes() throws Exception {
    String file = text("f", "f") + ":/f";
    Path one = build("one.tar", "--platform", BOTH, "--copy", file);
    Path other = build("other.tar", "--platform", BOTH, "--copy", file);
    assertThat(other).hasSameBinaryContentAs(one);
  }

  @ParameterizedTest
  @CsvSource({
    "--format docker, goes with --format hybrid and oci",
    "--format rootfs, goes with --format hybrid and oci",
    "--sbom spdx, about the image of one platform",
  })
  void whatIsAboutOneImageIsOneSentence(String option, String words) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "rootfs",
                "--platform",
                BOTH,
                "--copy",
                text("f", "f") + ":/f",
                "-o",
                work + "/no.tar"));
    arguments.addAll(List.of(option.split(" ")));
    Invocation result = Invocation.of(arguments.toArray(String[]::new));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains(words);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(work.resolve("no.tar")).doesNotExist();
  }

  @Test
  void aTreeThatIsForNoMachineIsNotTakenForEach() throws Exception {
    Path tree = work.resolve("tree.tar");
    ExternalTool.shell(work, "mkdir d; echo x >d/x; tar -cf tree.tar -C d .");
    Invocation result =
        Invocation.of(
            "rootfs", "--platform", BOTH, "--from", tree.toString(), "-o", work + "/no.tar");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("does not say what machine it is for").hasLineCount(1);
    assertThat(work.resolve("no.tar")).doesNotExist();
  }

  @Test
  void aProgramOfAnotherMachineIsSaidToBeOne() throws Exception {
    Invocation result =
        Invocation.of("rootfs", "--platform", BOTH, "--add", "ls", "-o", work + "/no.tar");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .contains("/ls is for another machine; --sysroot names a tree that has one for this")
        .doesNotContain("not executable", "did you mean");
  }
}
