package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every document of an image is what the JSON schemas of the image specification demand. */
class ImageSchemasTest {
  /** Where Debian's package of the specification has them. */
  private static final String SCHEMAS =
      "/usr/share/gocode/src/github.com/opencontainers/image-spec/schema";

  /** All that ends up in a configuration, a manifest or a descriptor. */
  private static final String EVERYTHING =
      "--entrypoint /bin/sh --cmd -c -e A=b -u 1:2 -w /tmp --label l=m --expose 53/udp --expose 80"
          + " --volume /data --stop-signal SIGINT --annotation org.example.note=words -t some/name:1";

  @TempDir Path work;

  /** What the documents are, in the order in which they are reached. */
  private List<String> kinds(Path layoutOrFile) throws IOException {
    Path script = work.resolve("validate-image.py");
    if (!Files.exists(script)) {
      Files.copy(
          Objects.requireNonNull(getClass().getResourceAsStream("validate-image.py")), script);
    }
    return ExternalTool.run(
            work,
            "/usr/bin/python3",
            "-W",
            "ignore",
            script.toString(),
            SCHEMAS,
            layoutOrFile.toString())
        .lines()
        .toList();
  }

  private Path layout(String options) throws IOException {
    Path image = work.resolve("image.tar");
    Invocation built =
        Invocation.of(("rootfs -q --add sh -o " + image + " " + options).strip().split(" +", -1));
    assertThat(built.status()).as(built.err()).isZero();
    Path layout = Files.createDirectory(work.resolve("layout"));
    ExternalTool.run(layout, "tar", "-xf", image.toString());
    return layout;
  }

  @ParameterizedTest
  @CsvSource({
    "hybrid, gzip",
    "hybrid, zstd",
    "hybrid, none",
    "oci, gzip",
    "oci, zstd",
    "oci, none"
  })
  void ofAnImage(String format, String compression) throws Exception {
    Path layout = layout("--format " + format + " --compress " + compression + " " + EVERYTHING);
    assertThat(kinds(layout))
        .containsExactly(
            "image-layout",
            "image-index",
            "content-descriptor",
            "image-manifest",
            "content-descriptor",
            "content-descriptor",
            "config");
  }

  @Test
  void ofAnImageWithNothingButFiles() throws Exception {
    assertThat(kinds(layout(""))).contains("image-manifest", "config");
  }

  @Test
  void ofAnImageOfManyLayers() throws Exception {
    assertThat(kinds(layout("--layers origin"))).hasSizeGreaterThan(8).endsWith("config");
  }

  @Test
  void ofAnIndexOfSeveralMachines() throws Exception {
    Path empty = Files.createDirectories(work.resolve("empty/etc")).getParent();
    Path image = work.resolve("image.tar");
    Invocation built =
        Invocation.of(
            "rootfs",
            "-q",
            "--copy",
            empty + ":/x",
            "--platform",
            "linux/amd64,linux/arm64",
            "-o",
            image.toString());
    assertThat(built.status()).as(built.err()).isZero();
    Path layout = Files.createDirectory(work.resolve("layout"));
    ExternalTool.run(layout, "tar", "-xf", image.toString());
    assertThat(kinds(layout)).filteredOn("config"::equals).hasSize(2);
  }

  @Test
  void ofWhatIsListedWithAnImageInARegistry() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.open(work)) {
      Path image = work.resolve("image.tar");
      String name = registry.name("some/image");
      Invocation built =
          Invocation.of(
              "rootfs", "--add", "sh", "--sbom", "spdx", "--push", name + ":1", "-o", "" + image);
      assertThat(built.status()).as(built.err()).isZero();
      String digest =
          ExternalTool.shell(
                  work,
                  "skopeo inspect --raw --tls-verify=false docker://$1:1 | sha256sum | cut -c1-64",
                  name)
              .strip();
      String list = raw(name + ":sha256-" + digest, "list.json");
      assertThat(kinds(work.resolve("list.json")))
          .containsExactly("image-index", "content-descriptor");
      String document =
          list.replaceFirst("(?s).*\"digest\":\"(sha256:[0-9a-f]{64})\".*", "$1").strip();
      raw(name + "@" + document, "document.json");
      assertThat(kinds(work.resolve("document.json")))
          .containsExactly("image-manifest", "content-descriptor", "content-descriptor");
    }
  }

  private String raw(String reference, String file) throws IOException {
    return ExternalTool.shell(
        work,
        "skopeo inspect --raw --tls-verify=false docker://$1 | tee $2",
        reference,
        work.resolve(file).toString());
  }

  /** The validator that finds no fault in ours finds those of others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s/\"schemaVersion\":2/\"schemaVersion\":1/",
        "s/\"digest\":\"sha256:/\"digest\":\"sha256!/",
        "s/\"size\":[0-9]*/\"size\":\"large\"/",
      })
  void faultsAreFound(String fault) throws Exception {
    Path layout = layout("");
    ExternalTool.run(layout, "sed", "-i", fault, "index.json");
    assertThatThrownBy(() -> kinds(layout))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ValidationError");
  }
}
