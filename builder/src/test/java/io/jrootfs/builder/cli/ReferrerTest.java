package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bills of materials beside their image in a registry, fetched with skopeo and curl. */
class ReferrerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path work;
  private ForeignTool foreign;
  private LoopbackRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    registry = LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")));
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  private Path image() {
    return work.resolve("image.tar");
  }

  private Invocation rootfs(String... more) {
    String[] command = {"rootfs", "--add=true", "--sbom=spdx,cyclonedx", "-o", "" + image()};
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    Invocation built = Invocation.of(all);
    assertThat(built.status()).as(built.err()).isZero();
    return built;
  }

  private JsonNode manifest(String reference) throws Exception {
    return MAPPER.readTree(
        foreign.skopeo(
            "inspect", "--raw", "--tls-verify=false", "docker://" + registry.name(reference)));
  }

  private String digest() throws Exception {
    return foreign.skopeo("inspect", "--format", "{{.Digest}}", "oci-archive:" + image());
  }

  @Test
  void whatWasBuiltAndPushedIsListedWithItsDocuments() throws Exception {
    Invocation pushed = rootfs("--push=" + registry.name("x:1"));
    assertThat(pushed.out()).isEqualTo(registry.name("x") + "@" + digest() + "\n");
    assertThat(pushed.err()).contains("attached " + work.resolve("image.spdx.json") + " to ");

    JsonNode list = manifest("x:" + digest().replace(':', '-'));
    assertThat(list.get("manifests").findValuesAsText("artifactType"))
        .containsExactlyInAnyOrder("application/spdx+json", "application/vnd.cyclonedx+json");
    for (JsonNode entry : list.get("manifests")) {
      JsonNode manifest = manifest("x@" + entry.get("digest").asText());
      assertThat(manifest.at("/subject/digest").asText()).isEqualTo(digest());
      assertThat(manifest.get("artifactType")).isEqualTo(entry.get("artifactType"));
      assertThat(manifest.at("/config/mediaType").asText())
          .isEqualTo("application/vnd.oci.empty.v1+json");
      JsonNode layer = manifest.at("/layers/0");
      String title = layer.at("/annotations/org.opencontainers.image.title").asText();
      ExternalTool.run(
          work,
          "curl",
          "--silent",
          "--fail",
          "-o",
          "fetched",
          "http://localhost:" + registry.port() + "/v2/x/blobs/" + layer.get("digest").asText());
      assertThat(work.resolve("fetched")).hasSameBinaryContentAs(work.resolve(title));
    }
  }

  @Test
  void aSecondPushSendsNothingAndListsNothingTwice() throws Exception {
    rootfs();
    String[] push = {
      "push", "--sbom=" + work.resolve("image.cdx.json"), "" + image(), registry.name("x:1")
    };
    assertThat(Invocation.of(push).err()).contains(": 2 blobs sent");
    JsonNode list = manifest("x:" + digest().replace(':', '-'));
    Invocation second = Invocation.of(push);
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err().lines())
        .hasSize(2)
        .allMatch(line -> line.endsWith(": 0 blobs sent (0 B), 2 there already"));
    assertThat(manifest("x:" + digest().replace(':', '-'))).isEqualTo(list);
    assertThat(list.get("manifests")).hasSize(1);
  }

  @Test
  void whatOthersListedStays() throws Exception {
    rootfs("--push=" + registry.name("x:1"));
    String tag = digest().replace(':', '-');
    JsonNode before = manifest("x:" + tag);
    Path other = Files.writeString(work.resolve("other.json"), "{\"bomFormat\": \"CycloneDX\"}");
    Invocation.of("push", "--sbom=" + other, "" + image(), registry.name("x:1"));
    JsonNode after = manifest("x:" + tag);
    assertThat(after.get("manifests")).hasSize(3).startsWith(before.at("/manifests/0"));
    assertThat(after.at("/manifests/1")).isEqualTo(before.at("/manifests/1"));
  }

  @Test
  void whatIsNoBillOfMaterialsIsRefusedBeforeAnythingIsSent() throws Exception {
    rootfs();
    Path other = Files.writeString(work.resolve("other.json"), "{\"name\": [{\"bomFormat\": 1}]}");
    Invocation pushed =
        Invocation.of("push", "--sbom=" + other, "" + image(), registry.name("x:1"));
    assertThat(pushed.status()).isEqualTo(2);
    assertThat(pushed.err()).contains(other + " is neither SPDX nor CycloneDX in JSON");
    assertThat(Invocation.of("pull", registry.name("x:1"), "-o", work + "/y.tar").status())
        .isEqualTo(3);
  }
}
