package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program of somebody else that knows what an image is, run without the machine's configuration
 * and with its storage in a directory of the test.
 */
public final class ForeignTool {
  private final Path home;
  private final Path policy;
  private final Map<String, String> environment;

  /**
   * @param home takes configuration and storage
   */
  public ForeignTool(Path home) throws IOException {
    this.home = home;
    this.policy =
        Files.writeString(
            home.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    Path registries =
        Files.writeString(home.resolve("registries.conf"), "unqualified-search-registries = []\n");
    Path storage =
        Files.writeString(
            home.resolve("storage.conf"),
            "[storage]\ndriver = \"vfs\"\ngraphroot = \""
                + home.resolve("storage")
                + "\"\nrunroot = \""
                + home.resolve("run")
                + "\"\n");
    this.environment =
        ImmutableMap.of(
            "CONTAINERS_REGISTRIES_CONF", registries.toString(),
            "CONTAINERS_STORAGE_CONF", storage.toString(),
            "TMPDIR", Files.createDirectory(home.resolve("tmp")).toString());
  }

  /** What skopeo says. */
  public String skopeo(String... arguments) throws IOException {
    return run(with(List.of("skopeo", "--policy", policy.toString()), arguments));
  }

  /**
   * What podman says. Its runtime is named, since podman prefers crun where both are installed, and
   * crun refuses machines that have both versions of cgroups.
   */
  public String podman(String... arguments) throws IOException {
    return run(
        with(
            List.of(
                "podman",
                "--runtime",
                "runc",
                "--root",
                home.resolve("storage").toString(),
                "--runroot",
                home.resolve("run").toString(),
                "--storage-driver",
                "vfs",
                "--cgroup-manager",
                "cgroupfs",
                "--events-backend",
                "none"),
            arguments));
  }

  public String podmanLoad(Path archive) throws IOException {
    return podman(
        "load", "--signature-policy", policy.toString(), "--quiet", "-i", archive.toString());
  }

  private static List<String> with(List<String> start, String... rest) {
    List<String> command = new ArrayList<>(start);
    command.addAll(List.of(rest));
    return command;
  }

  /** Standard output of a command that must succeed. */
  public String run(String... command) throws IOException {
    return run(List.of(command));
  }

  private String run(List<String> command) throws IOException {
    Path errors = home.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor())
          .as("%s%n%s%s", command, output, Files.readString(errors))
          .isZero();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    return output.strip();
  }
}
