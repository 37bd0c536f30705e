package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory with the images, trees and bundles that contestants work on; and what runs them. */
final class Workshop {
  /**
   * podman as it runs where there is no systemd; a network would take it longer than all the rest.
   */
  static final String PODMAN =
      "podman --runtime=runc --cgroup-manager=cgroupfs run --rm --network=none"
          + " --ulimit=nofile=1024:1024 --ulimit=nproc=1000:1000 localhost/jrootfs-benchmark";

  /** Where /run and users' runtime directories are, too: in memory. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path directory;
  private final Path memory;
  private final Path dist;

  private Workshop(Path directory, Path memory, Path dist) {
    this.directory = directory;
    this.memory = memory;
    this.dist = dist;
  }

  /** Makes what several contests use. */
  static Workshop in(Path directory) throws IOException, InterruptedException {
    Workshop workshop =
        new Workshop(
            directory,
            Files.createTempDirectory(MEMORY, "jrootfs-benchmark"),
            Path.of(System.getProperty("dist.directory")));
    workshop.shell("chmod 755 " + workshop.memory);
    workshop.shell(
        """
        jbuild rootfs -q --add true,sh,sleep --name localhost/jrootfs-benchmark -o image.tar
        jbuild rootfs -q --add true,sh,sleep --format dir -o root
        mkdir -p root/proc root/dev root/tmp root/sys bundle
        chmod 755 . root
        cd bundle
        runc spec
        sed -i 's/"terminal": true/"terminal": false/; s|"path": "rootfs"|"path": "'$OLDPWD'/root"|;
          s/"sh"/"true"/' config.json
        """);
    return workshop;
  }

  Path directory() {
    return directory;
  }

  String jbuild() {
    return dist.resolve("bin/jbuild").toString();
  }

  String jrun() {
    return dist.resolve("bin/jrun").toString();
  }

  /** What bwrap makes a container with. */
  String bubblewrap() {
    return "bwrap --unshare-all --die-with-parent --new-session --ro-bind "
        + at("root")
        + " / --proc /proc --dev /dev --tmpfs /tmp true";
  }

  /** The path of something in the directory. */
  String at(String name) {
    return directory.resolve(name).toString();
  }

  /** The directory of a user's containers, as a path. */
  String state(String user) {
    return memory.resolve(user).toString();
  }

  /** Removes what is not in the directory. */
  void cleanUp() throws IOException, InterruptedException {
    shell("rm -rf " + memory);
  }

  /** Runs a script with both programs in PATH; what it prints. */
  String shell(String script) throws IOException, InterruptedException {
    return execute(ImmutableList.of("sh", "-euc", script));
  }

  /** What a command that fails says, on one line; of one that does not, nothing. */
  String refusal(String command) throws IOException, InterruptedException {
    String script = "said=$(%s 2>&1) || printf 'status %%s: %%s' $? \"$said\"".formatted(command);
    return shell(script).strip().replaceAll("\\s+", " ");
  }

  /** Runs a command that must succeed; what it prints. */
  String execute(List<String> command) throws IOException, InterruptedException {
    Path talk = directory.resolve("talk");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(talk.toFile());
    // Not the machine's own: nothing of a benchmark stays.
    builder.environment().put("JRUN_CACHE_DIR", at("cache"));
    builder.environment().put("JRUN_STATE_DIR", state("root"));
    builder.environment().put("PATH", dist.resolve("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin");
    int status = builder.start().waitFor();
    String said = Files.readString(talk, StandardCharsets.ISO_8859_1);
    if (status != 0) {
      throw new IOException("status " + status + " of " + String.join(" ", command) + ":\n" + said);
    }
    return said;
  }
}
