package io.jrootfs.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Docker's daemon with everything of its own in one directory, and no network. */
public final class PrivateDocker implements AutoCloseable {
  private final Process process;
  private final Path socket;

  /**
   * @param directory of a short name: a socket's may have 107 bytes
   */
  public PrivateDocker(Path directory) throws Exception {
    this.socket = directory.resolve("sock");
    Path log = directory.resolve("log");
    this.process =
        new ProcessBuilder(
                "dockerd",
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                directory.resolve("exec").toString(),
                "--pidfile",
                directory.resolve("pid").toString(),
                "--host",
                host(),
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--storage-driver=vfs")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (!Files.readString(log).contains("API listen on")) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(50);
    }
  }

  /** For {@code DOCKER_HOST}. */
  public String host() {
    return "unix://" + socket;
  }

  @Override
  public void close() {
    // Not by force: it ends its containerd.
    process.destroy();
    process.onExit().join();
  }
}
