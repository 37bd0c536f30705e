package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others make of the archives we write. */
class ForeignReadersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private ForeignTool foreign;

  @BeforeEach
  void isolate() throws IOException {
    foreign = new ForeignTool(Files.createDirectory(directory.resolve("foreign")));
  }

  private WrittenImage archive(Compression compression) throws IOException {
    return Samples.write(
        directory.resolve("image.tar"), compression, directory, Trees.everything());
  }

  @ParameterizedTest
  @EnumSource
  void skopeoReadsItAsOciArchive(Compression compression) throws IOException {
    WrittenImage image = archive(compression);
    JsonNode seen = JSON.readTree(foreign.skopeo("inspect", "oci-archive:" + image.path()));
    assertThat(seen.get("Digest").asText()).isEqualTo(image.manifestDigest().toString());
    assertThat(seen.get("Architecture").asText()).isEqualTo("amd64");
    assertThat(seen.get("Created").asText()).isEqualTo("2021-01-01T00:00:00Z");
    assertThat(seen.get("Env")).hasToString("[\"PATH=/usr/bin:/bin\",\"EMPTY=\"]");
    assertThat(seen.get("Labels")).hasToString("{\"org.example.label\":\"value\"}");
  }

  @ParameterizedTest
  @EnumSource
  void skopeoReadsItAsDockerArchive(Compression compression) throws IOException {
    WrittenImage image = archive(compression);
    JsonNode seen =
        JSON.readTree(
            foreign.skopeo(
                "inspect", "--config", "docker-archive:" + image.path() + ":example/tool:1.0"));
    assertThat(seen.get("config").get("Entrypoint")).hasToString("[\"/usr/bin/tool\"]");
    assertThat(seen.get("history").get(0).get("created_by").asText())
        .isEqualTo("jbuild rootfs --add tool");
  }

  @ParameterizedTest
  @EnumSource
  void podmanLoadsItUnderItsNameAndImageId(Compression compression) throws IOException {
    WrittenImage image = archive(compression);
    assertThat(foreign.podmanLoad(image.path())).contains("docker.io/example/tool:1.0");
    JsonNode seen =
        JSON.readTree(foreign.podman("image", "inspect", "docker.io/example/tool:1.0")).get(0);
    assertThat(seen.get("Id").asText()).isEqualTo(image.imageId().hex());
    assertThat(seen.get("Config").get("StopSignal").asText()).isEqualTo("SIGINT");
  }

  /** umoci 0.4 knows no zstd. */
  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void umociUnpacksEveryKindOfEntry(Compression compression) throws IOException {
    WrittenImage image = archive(compression);
    Path layout = Files.createDirectory(directory.resolve("layout"));
    foreign.run("tar", "-C", layout.toString(), "-xf", image.path().toString());
    Path bundle = directory.resolve("bundle");
    foreign.run("umoci", "unpack", "--image", layout + ":1.0", bundle.toString());
    Path root = bundle.resolve("rootfs");
    assertThat(
            foreign.run(
                "find",
                root.toString(),
                "-mindepth",
                "1",
                "-printf",
                "%P %y %m %U:%G %n %l %T@\\n"))
        .satisfies(
            listing ->
                assertThat(listing.lines().sorted())
                    .containsExactly(
                        "bin l 777 0:0 1 usr/bin 1609459200.0000000000",
                        "bin-data d 755 0:0 2  1609459200.0000000000",
                        "null c 666 0:0 1  1609459200.0000000000",
                        "pipe p 600 0:0 1  1609459200.0000000000",
                        "tmp d 1777 0:0 2  1609459200.0000000000",
                        "usr d 755 0:0 3  1609459200.0000000000",
                        "usr/bin d 755 0:0 2  1609459200.0000000000",
                        "usr/bin/tool f 4755 0:0 2  1609459200.0000000000",
                        "usr/bin/tool-again f 4755 0:0 2  1609459200.0000000000",
                        "usr/grüße f 640 3000000:1000 1  1609459200.0000000000"));
    assertThat(root.resolve("usr/bin/tool")).hasBinaryContent(Trees.compressible(300_000));
    assertThat(Files.getAttribute(root.resolve("null"), "unix:rdev", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(0x103L);
    assertThat(
            foreign.run(
                "getfattr",
                "--absolute-names",
                "-e",
                "hex",
                "-n",
                "security.capability",
                root + "/usr/bin/tool"))
        .contains("security.capability=0x0100000280");
  }

  @Test
  void gnuTarListsTheMembersInOrderWithoutAWarning() throws IOException {
    WrittenImage image = archive(Compression.GZIP);
    assertThat(foreign.run("tar", "-tf", image.path().toString()).lines())
        .hasSize(9)
        .startsWith("./", "blobs/", "blobs/sha256/")
        .endsWith("index.json", "manifest.json", "oci-layout");
  }
}
