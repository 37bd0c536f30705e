package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.LayerWriter;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.registry.CutConnection;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushing to and pulling from a real registry, looked at with skopeo. */
class RegistryCommandsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path work;
  private WrittenImage ours;
  private ForeignTool foreign;
  private LoopbackRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    ours = Samples.write(work.resolve("ours.tar"), Compression.GZIP, work, Trees.everything());
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    registry = LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")));
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  private Invocation push(Path image, String path) {
    return Invocation.of("push", image.toString(), registry.name(path));
  }

  private String manifest(String path) throws Exception {
    return foreign.skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name(path));
  }

  private String name(String path) {
    return registry.name(path);
  }

  @Test
  void whatIsPushedHasTheDigestsOfTheArchive() throws Exception {
    Invocation result = push(ours.path(), "example/tool:1.0");
    assertThat(result)
        .isEqualTo(
            new Invocation(
                0, name("example/tool") + "@" + ours.manifestDigest() + "\n", result.err()));
    assertThat(result.err()).contains("\npushed " + name("example/tool:1.0") + ": 2 blobs sent");
    assertThat(Hashing.sha256().hashString(manifest("example/tool:1.0"), StandardCharsets.UTF_8))
        .hasToString(ours.manifestDigest().hex());

    Path copy = work.resolve("copy");
    foreign.skopeo(
        "copy", "--src-tls-verify=false", "docker://" + name("example/tool:1.0"), "oci:" + copy);
    assertThat(Invocation.of("diff", "--times", "" + ours.path(), "" + copy))
        .isEqualTo(new Invocation(0, "", ""));
  }

  @Test
  void aSecondPushSendsNothing() {
    push(ours.path(), "example/tool:1.0");
    assertThat(push(ours.path(), "example/tool:2.0").err())
        .isEqualTo(
            "pushed " + name("example/tool:2.0") + ": 0 blobs sent (0 B), 2 there already\n");
  }

  @ParameterizedTest
  @CsvSource({
    "oci, gzip",
    "oci, zstd",
    "v2s2, gzip",
  })
  void whatSkopeoPushedIsPulledByteForByte(String format, String compression) throws Exception {
    foreign.skopeo(
        "copy",
        "--format",
        format,
        "--dest-compress-format",
        compression,
        "--dest-tls-verify=false",
        "oci-archive:" + ours.path(),
        "docker://" + name("theirs:1"));
    Path pulled = work.resolve("pulled.tar");
    Invocation result = Invocation.of("pull", name("theirs:1"), "-o", pulled.toString());
    assertThat(result.status()).as(result.err()).isZero();

    assertThat(foreign.skopeo("inspect", "--raw", "oci-archive:" + pulled))
        .isEqualTo(manifest("theirs:1"));
    assertThat(Invocation.of("diff", "--times", "" + ours.path(), "" + pulled))
        .isEqualTo(new Invocation(0, "", ""));

    // And it goes back as it came, whatever Jackson thinks of its white space.
    push(pulled, "again:1");
    assertThat(manifest("again:1")).isEqualTo(manifest("theirs:1"));
  }

  @Test
  void aPullByDigestIsThatImage() throws Exception {
    push(ours.path(), "example/tool:1.0");
    Path pulled = work.resolve("pulled.tar");
    String digest = ours.manifestDigest().toString();
    assertThat(Invocation.of("pull", "-q", name("example/tool") + "@" + digest, "-o", "" + pulled))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(foreign.skopeo("inspect", "--format", "{{.Digest}}", "oci-archive:" + pulled))
        .isEqualTo(digest);
  }

  @Test
  void anArchiveOfDockerSaveGetsAManifestAndCompressedLayers() throws Exception {
    Path saved = work.resolve("saved.tar");
    foreign.skopeo(
        "copy", "oci-archive:" + ours.path(), "docker-archive:" + saved + ":example/tool:1.0");
    assertThat(push(saved, "saved:1").status()).isZero();
    JsonNode manifest = MAPPER.readTree(manifest("saved:1"));
    assertThat(manifest.at("/layers/0/mediaType").asText()).endsWith("tar+gzip");
    assertThat(push(saved, "saved:2").err()).contains(": 0 blobs sent");

    Path pulled = work.resolve("pulled.tar");
    assertThat(Invocation.of("pull", name("saved:1"), "-o", "" + pulled).status()).isZero();
    assertThat(Invocation.of("diff", "--times", "" + ours.path(), "" + pulled))
        .isEqualTo(new Invocation(0, "", ""));
  }

  @Test
  void ofAnIndexTheImageForThePlatformIsPulled() throws Exception {
    push(ours.path(), "single:1");
    foreign.podman("manifest", "create", "list");
    for (String arch : List.of("amd64", "s390x")) {
      foreign.podman(
          "manifest",
          "add",
          "--arch",
          arch,
          "--tls-verify=false",
          "list",
          "docker://" + name(arch.equals("amd64") ? "single:1" : other()));
    }
    foreign.podman(
        "manifest", "push", "--all", "--tls-verify=false", "list", "docker://" + name("many:1"));

    Path pulled = work.resolve("pulled.tar");
    assertThat(
            Invocation.of("pull", "--platform", "linux/s390x", name("many:1"), "-o", "" + pulled)
                .status())
        .isZero();
    assertThat(Invocation.of("inspect", pulled.toString()).out()).contains("  1 B /other\n");
    assertThat(Invocation.of("pull", "--platform", "linux/riscv64", name("many:1")).err())
        .contains("holds no image for linux/riscv64, but for linux/amd64, linux/s390x");
  }

  @Test
  void imagesForSeveralMachinesArePushedUnderOneName() throws Exception {
    Path arm = work.resolve("arm.tar");
    Rootfs tree = Rootfs.of(List.of(Trees.directory("/"), Trees.file("/arm", "x")));
    ImageConfig config = ImageConfig.empty(new Platform("linux", "arm64", "v8"));
    HybridArchive.write(
        Samples.name(),
        config,
        Samples.MADE,
        ImmutableList.of(LayerWriter.write(tree, Trees.EPOCH, Compression.GZIP, work)),
        arm);

    Invocation result = Invocation.of("push", "" + ours.path(), "" + arm, name("many:1"));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().strip())
        .isEqualTo(
            name("many")
                + "@sha256:"
                + Hashing.sha256().hashString(manifest("many:1"), StandardCharsets.UTF_8));
    assertThat(result.err()).contains(": 4 blobs sent");

    JsonNode index = MAPPER.readTree(manifest("many:1"));
    assertThat(index.at("/manifests/0/digest").asText()).isEqualTo("" + ours.manifestDigest());
    assertThat(index.at("/manifests/1/platform/variant").asText()).isEqualTo("v8");
    assertThat(
            foreign.skopeo(
                "--override-arch",
                "arm64",
                "--override-variant",
                "v8",
                "inspect",
                "--tls-verify=false",
                "--format",
                "{{.Architecture}}",
                "docker://" + name("many:1")))
        .isEqualTo("arm64");
    Path layout = work.resolve("all");
    foreign.skopeo(
        "copy", "--all", "--src-tls-verify=false", "docker://" + name("many:1"), "oci:" + layout);
    assertThat(Invocation.of("diff", "--platform", "linux/arm64", "" + layout, "" + arm))
        .isEqualTo(new Invocation(0, "", ""));

    assertThat(Invocation.of("push", "" + arm, "" + arm, name("many:2")))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild push: two of the images are for linux/arm64/v8; an index holds one for"
                    + " each platform\n"));
  }

  /** Pushes another image and says its path. */
  private String other() throws Exception {
    Rootfs tree = Rootfs.of(List.of(Trees.directory("/"), Trees.file("/other", "x")));
    WrittenImage other = Samples.write(work.resolve("other.tar"), Compression.GZIP, work, tree);
    push(other.path(), "other:1");
    return "other:1";
  }

  @Test
  void aBuildIsPushedWhenItIsWritten() throws Exception {
    Path output = work.resolve("built.tar");
    Invocation result =
        Invocation.of("rootfs", "--add", "true", "-o", "" + output, "--push", name("built:1"));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith(name("built@sha256:"));
    assertThat(
            foreign.skopeo(
                "inspect",
                "--tls-verify=false",
                "--format",
                "{{.Digest}}",
                "docker://" + name("built:1")))
        .isEqualTo(foreign.skopeo("inspect", "--format", "{{.Digest}}", "oci-archive:" + output));

    Invocation tree =
        Invocation.of("rootfs", "--add", "true", "--format", "rootfs", "--push", name("x:1"));
    assertThat(tree.status()).isEqualTo(2);
    assertThat(tree.err()).contains("--push and --load go with --format hybrid");
  }

  @Test
  void aRegistryThatIsDownIsNamed() throws Exception {
    registry.close();
    for (Invocation result :
        List.of(push(ours.path(), "x:1"), Invocation.of("pull", name("x:1"), "-o", output()))) {
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .hasLineCount(1)
          .contains("registry localhost:" + registry.port() + ": cannot be reached")
          .contains("Connection refused");
    }
    assertThat(Path.of(output())).doesNotExist();
  }

  private String output() {
    return work.resolve("output.tar").toString();
  }

  @Test
  void anImageThatIsNotThereIsNamed() {
    Invocation result = Invocation.of("pull", name("no/such:1"), "-o", output());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "jbuild pull: registry localhost:"
                + registry.port()
                + ": pulling the manifest of 1 failed: there is no such thing as "
                + name("no/such:1")
                + "; check the name, or log in with 'podman login localhost:"
                + registry.port()
                + "' or 'docker login localhost:"
                + registry.port()
                + "' if it is private\n");
    assertThat(Path.of(output())).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
  void plainHttpGoesToThisMachineOnlyUnlessAskedFor(String address) {
    String target = address + ":" + registry.port() + "/x:1";
    Invocation result = Invocation.of("push", ours.path().toString(), target);
    if (address.startsWith("127.")) {
      assertThat(result.status()).as(result.err()).isZero();
      return;
    }
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).hasLineCount(1).contains("does not speak HTTPS", "--insecure");
    assertThat(Invocation.of("push", "--insecure", ours.path().toString(), target).status())
        .isZero();
  }

  @Test
  void aConnectionCutWhileSendingIsOneSentenceAndNothingIsTagged() throws Exception {
    Path large = Samples.write(work.resolve("large.tar"), Compression.NONE, work, noise()).path();
    try (CutConnection cut = new CutConnection(registry.port(), 1_000_000)) {
      Invocation result =
          Invocation.of("push", "-q", large.toString(), "localhost:" + cut.port() + "/large:1");
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).hasLineCount(1).contains("pushing sha256:");
    }
    assertThat(Invocation.of("pull", name("large:1"), "-o", output()).err())
        .contains("there is no such thing as " + name("large:1") + ";");

    assertThat(push(large, "large:1").status()).isZero();
    try (CutConnection cut = new CutConnection(registry.port(), 1_000_000)) {
      Invocation result =
          Invocation.of("pull", "-q", "localhost:" + cut.port() + "/large:1", "-o", output());
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err()).hasLineCount(1).contains("pulling sha256:");
    }
    assertThat(Path.of(output())).doesNotExist();
  }

  private static Rootfs noise() {
    byte[] bytes = new byte[8_000_000];
    new Random(1).nextBytes(bytes);
    return Rootfs.of(
        List.of(
            Trees.directory("/"),
            new RootfsEntry.RegularFile(
                RootfsPath.of("/noise"),
                Metadata.ofMode(0644),
                new FileContent.Literal(Bytes.copyOf(bytes)))));
  }

  @Test
  void whatIsNoImageIsNotPushed() throws Exception {
    Path tar = work.resolve("root.tar");
    Invocation.of("rootfs", "--add", "true", "--format", "rootfs", "-o", tar.toString());
    Invocation result = push(tar, "x:1");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).hasLineCount(1).contains("without an image configuration");
    assertThat(Invocation.of("push", "" + ours.path(), "localhost/Upper").status()).isEqualTo(2);
    assertThat(Invocation.of("push", "" + ours.path()).status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"push", "pull"})
  void helpHasExamplesAndExitCodes(String command) {
    Invocation help = Invocation.of(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).startsWith("Usage: jbuild " + command).contains("Exit codes:");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    String example =
        help.out()
            .lines()
            .filter(line -> line.contains("localhost:5000"))
            .findFirst()
            .orElseThrow();
    push(ours.path(), "example/bash:1.0");
    String[] words =
        example
            .strip()
            .substring("jbuild ".length())
            .replace("localhost:5000", "localhost:" + registry.port())
            .replace("image.tar", command.equals("push") ? ours.path().toString() : output())
            .split(" ");
    assertThat(Invocation.of(words).status()).isZero();
  }

  @Test
  void jibIsNotLoadedWhereNoRegistryIsUsed() throws Exception {
    String loaded =
        foreign.run(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xlog:class+load",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "rootfs",
            "--add",
            "true",
            "-o",
            output());
    assertThat(loaded)
        .contains("io.jrootfs.builder.RootfsBuild ")
        .doesNotContain("com.google.cloud.tools", "org.apache.http");
  }
}
