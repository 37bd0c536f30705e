package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.registry.PrivateDocker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild load} into a real docker and a real podman. */
class LoadCommandTest {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  @TempDir Path work;
  private WrittenImage ours;

  @BeforeEach
  void writeImage() throws IOException {
    ours = Samples.write(work.resolve("ours.tar"), Compression.GZIP, work, Trees.everything());
  }

  /** Podman's store in the test's directory. */
  private ImmutableMap<String, String> podman() throws IOException {
    Path home = Files.createDirectories(work.resolve("home/.config/containers"));
    Files.writeString(
        home.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    Path storage =
        Files.writeString(
            home.resolve("storage.conf"),
            "[storage]\ndriver = \"vfs\"\ngraphroot = \""
                + work.resolve("graph")
                + "\"\nrunroot = \""
                + work.resolve("run")
                + "\"\n");
    return ImmutableMap.of(
        "PATH", PATH, "HOME", "" + work.resolve("home"), "CONTAINERS_STORAGE_CONF", "" + storage);
  }

  private static String said(ImmutableMap<String, String> environment, String... command)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void podmanHasTheImageUnderItsNameAndId() throws Exception {
    ImmutableMap<String, String> environment = podman();
    assertThat(Invocation.with(environment, "load", ours.path().toString(), "podman"))
        .isEqualTo(
            new Invocation(
                0,
                "docker.io/example/tool:1.0\n",
                "loaded docker.io/example/tool:1.0 into podman\n"));
    assertThat(
            said(
                environment,
                "podman",
                "image",
                "inspect",
                "--format",
                "{{.Id}}",
                "docker.io/example/tool:1.0"))
        .isEqualTo(ours.imageId().hex());
  }

  @Test
  void aLayoutDirectoryLoadsToo() throws Exception {
    ForeignTool foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    Path layout = work.resolve("layout");
    foreign.skopeo("copy", "oci-archive:" + ours.path(), "oci:" + layout + ":1.0");
    ImmutableMap<String, String> environment = podman();
    assertThat(Invocation.with(environment, "load", "-q", layout.toString(), "podman"))
        .isEqualTo(new Invocation(0, "localhost/layout:latest\n", ""));
    assertThat(
            said(
                environment,
                "podman",
                "image",
                "inspect",
                "--format",
                "{{.Id}}",
                "localhost/layout:latest"))
        .isEqualTo(ours.imageId().hex());
  }

  @Test
  void dockerHasTheImageAndABuildAsWell() throws Exception {
    // Not in the test's directory, whose name may be too long for a socket's.
    Path place = Files.createTempDirectory("docker");
    try (PrivateDocker docker = new PrivateDocker(place)) {
      ImmutableMap<String, String> environment =
          ImmutableMap.of("PATH", PATH, "DOCKER_HOST", docker.host(), "HOME", work.toString());
      assertThat(Invocation.with(environment, "load", "-q", ours.path().toString(), "docker"))
          .isEqualTo(new Invocation(0, "docker.io/example/tool:1.0\n", ""));
      assertThat(
              said(environment, "docker", "image", "inspect", "-f", "{{.Id}}", "example/tool:1.0"))
          .isEqualTo(ours.imageId().toString());

      Invocation built =
          Invocation.with(
              environment,
              "rootfs",
              "--add",
              "true",
              "-t",
              "made/here:2",
              "--load",
              "docker",
              "-o",
              work.resolve("built.tar").toString());
      assertThat(built.status()).as(built.err()).isZero();
      assertThat(built.out()).isEqualTo("docker.io/made/here:2\n");
      assertThat(said(environment, "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"))
          .contains("made/here:2");
    } finally {
      MoreFiles.deleteRecursively(place, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  @Test
  void aMissingProgramAndARefusalAreOneSentenceEach() {
    assertThat(
            Invocation.with(
                ImmutableMap.of("PATH", "/nonexistent"), "load", "" + ours.path(), "podman"))
        .isEqualTo(
            new Invocation(
                3,
                "",
                "jbuild load: no program 'podman' in PATH to load docker.io/example/tool:1.0 with;"
                    + " install it, or take the archive to where it is\n"));

    Invocation refused =
        Invocation.with(
            ImmutableMap.of(
                "PATH", PATH, "HOME", "" + work, "DOCKER_HOST", "unix://" + work.resolve("none")),
            "load",
            "" + ours.path(),
            "docker");
    assertThat(refused.status()).isEqualTo(3);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .hasLineCount(1)
        .startsWith("jbuild load: docker load of docker.io/example/tool:1.0 failed: ");
  }

  @Test
  void wrongUseIsOneLine() {
    Invocation unknown = Invocation.of("load", ours.path().toString(), "containerd");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).hasLineCount(1).contains("'containerd' is none of docker, podman");
    assertThat(Invocation.of("load", ours.path().toString()).status()).isEqualTo(2);
    Invocation help = Invocation.of("load", "--help");
    assertThat(help.out()).startsWith("Usage: jbuild load").contains("Examples:", "Exit codes:");
  }
}
