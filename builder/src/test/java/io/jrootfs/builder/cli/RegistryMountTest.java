package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.registry.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Blobs that a registry has in another repository are not sent again (distribution-spec, "Mounting
 * a blob from another repository").
 */
class RegistryMountTest {
  @TempDir Path work;
  private Path image;

  @BeforeEach
  void writeImage() throws Exception {
    image =
        Samples.write(work.resolve("ours.tar"), Compression.GZIP, work, Trees.everything()).path();
  }

  private static Invocation ok(ImmutableMap<String, String> environment, String... words) {
    Invocation result = Invocation.with(environment, words);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  /** Named in the archive by where it was pulled from. */
  private Path pulled(ImmutableMap<String, String> environment, String name) {
    Path pulled = work.resolve("pulled.tar");
    ok(environment, "pull", "-q", name, "-o", pulled.toString());
    return pulled;
  }

  @Test
  void whatWasPulledFromTheSameRegistryIsTakenOverThere() throws Exception {
    ForeignTool foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    try (LoopbackRegistry registry = LoopbackRegistry.open(work)) {
      ok(ImmutableMap.of(), "push", "" + image, registry.name("team/one:1"));
      Path pulled = pulled(ImmutableMap.of(), registry.name("team/one:1"));
      String other = registry.name("team/other:1");
      assertThat(ok(ImmutableMap.of(), "push", "" + pulled, other).err())
          .isEqualTo(
              "pushed "
                  + other
                  + ": 0 blobs sent (0 B), 2 from another repository, 0 there already\n");
      assertThat(ok(ImmutableMap.of(), "push", "" + pulled, other).err())
          .isEqualTo("pushed " + other + ": 0 blobs sent (0 B), 2 there already\n");

      Path copy = work.resolve("copy");
      foreign.skopeo("copy", "--src-tls-verify=false", "docker://" + other, "oci:" + copy);
      assertThat(Invocation.of("diff", "--times", "" + image, "" + copy))
          .isEqualTo(new Invocation(0, "", ""));
    }
  }

  @Test
  void layersOfTheBaseAreTakenOverFromWhereItIs() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.open(work)) {
      ok(ImmutableMap.of(), "push", "" + image, registry.name("base:1"));
      Path built = work.resolve("built.tar");
      ok(
          ImmutableMap.of(),
          "rootfs",
          "--from=" + registry.name("base:1"),
          "--copy=" + Files.writeString(work.resolve("new"), "new") + ":/srv/new",
          "-o",
          built.toString());
      Invocation pushed =
          ok(ImmutableMap.of(), "push", "--progress=none", "" + built, registry.name("app:1"));
      assertThat(pushed.err())
          .matches(
              "pushed \\S+: 2 blobs sent \\([^)]+\\), 1 from another repository, 0 there"
                  + " already\n");
      assertThat(
              Invocation.of(
                      "diff", "" + built, "" + pulled(ImmutableMap.of(), registry.name("app:1")))
                  .status())
          .isZero();
    }
  }

  /** Whether the token lets the pusher read there decides, and what is refused is sent instead. */
  @ParameterizedTest
  @CsvSource({
    "team/one,                 0 blobs sent (0 B)\\, 2 from another repository\\, 0 there already",
    TokenServer.SECRET + "one, 2 blobs sent",
  })
  void onlyWhoMayReadARepositoryGetsItsBlobs(String repository, String outcome) throws Exception {
    try (TokenServer tokens = new TokenServer(work);
        LoopbackRegistry registry = LoopbackRegistry.withTokens(work, tokens)) {
      String secret =
          Base64.getEncoder().encodeToString("reader:secret".getBytes(StandardCharsets.UTF_8));
      Path file =
          Files.writeString(
              work.resolve("auth.json"),
              "{\"auths\":{\"localhost:" + registry.port() + "\":{\"auth\":\"" + secret + "\"}}}");
      ImmutableMap<String, String> environment =
          ImmutableMap.of("REGISTRY_AUTH_FILE", file.toString());
      ok(environment, "push", "" + image, registry.name("team/one:1"));
      Path named = work.resolve("named.tar");
      new ForeignTool(Files.createDirectory(work.resolve("foreign")))
          .skopeo(
              "copy",
              "oci-archive:" + image,
              "oci-archive:" + named + ":" + registry.name(repository + ":1"));
      tokens.scopes().clear();

      Invocation pushed =
          ok(environment, "push", "--progress=none", "" + named, registry.name("team/other:1"));
      assertThat(pushed.err())
          .startsWith("pushed " + registry.name("team/other:1") + ": " + outcome.replace("\\", ""));
      assertThat(tokens.scopes())
          .containsOnly("repository:team/other:pull,push", "repository:" + repository + ":pull");
    }
  }

  /** A name is a hint: nothing of that name need be there. */
  @Test
  void aRepositoryThatIsNotThereIsNoFailure() throws Exception {
    int port;
    Path pulled;
    try (LoopbackRegistry registry = LoopbackRegistry.open(work)) {
      port = registry.port();
      ok(ImmutableMap.of(), "push", "" + image, registry.name("team/one:1"));
      pulled = pulled(ImmutableMap.of(), registry.name("team/one:1"));
    }
    Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));
    try (LoopbackRegistry empty = LoopbackRegistry.at(port, elsewhere)) {
      Invocation pushed =
          ok(ImmutableMap.of(), "push", "--progress=none", "" + pulled, empty.name("team/other:1"));
      assertThat(pushed.err()).matches("pushed \\S+: 2 blobs sent \\([^)]+\\), 0 there already\n");
    }
  }
}
