package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Options with which plans are kept, as somebody could choose among them. */
public final class KeepableChoices {
  private KeepableChoices() {}

  /**
   * An option, with those that it makes no sense without.
   *
   * @param claims what no other choice with it may claim
   */
  public record Choice(ImmutableList<String> words, ImmutableSet<String> claims) {
    /** Whether jrun takes both together. */
    public boolean goesWith(Choice other) {
      return Sets.intersection(claims, other.claims).isEmpty();
    }

    Choice claiming(String... what) {
      return new Choice(words, ImmutableSet.copyOf(what));
    }
  }

  private static Choice of(String... words) {
    return new Choice(ImmutableList.copyOf(words), ImmutableSet.of(words[0]));
  }

  /**
   * All of them, for an image with the name {@code test:latest}, a directory {@code /home/app} and
   * a user {@code app}.
   *
   * @param directory of the host, with a file {@code variables}
   */
  public static ImmutableList<Choice> all(Path directory) {
    return ImmutableList.<Choice>builder()
        .addAll(ofImage())
        .addAll(ofProcess(directory))
        .addAll(ofFiles(directory))
        .addAll(ofNamespaces())
        .addAll(ofLimits())
        .addAll(ofLife())
        .build();
  }

  private static ImmutableList<Choice> ofImage() {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return ImmutableList.of(
        of("--image-name", "test:latest"),
        of("--platform", "linux/" + machine),
        of("--unpack", "always"),
        of("--unpack", "auto"));
  }

  private static ImmutableList<Choice> ofProcess(Path directory) {
    return ImmutableList.of(
        of("--entrypoint", "sh"),
        of("--env", "COLOUR=blue green").claiming("-e COLOUR"),
        of("--env", "SECRET_OF_THE_HOST").claiming("-e SECRET"),
        of("--env-file", directory + "/variables"),
        of("--user", "app"),
        of("--group-add", "4242"),
        of("--workdir", "/home/app"),
        of("--umask", "0077"),
        of("--init"),
        of("--stop-signal", "SIGINT"),
        of("--stop-timeout", "3"),
        of("--timeout", "600"),
        of("--cap-add", "NET_ADMIN"),
        of("--cap-drop", "ALL"),
        of("--tty").claiming("terminal"),
        of("--no-tty").claiming("terminal"),
        of("--interactive"),
        of("--detach-keys", "ctrl-x"),
        of("--ulimit", "nofile=77:99"),
        of("--oom-score-adj", "500"),
        of("--quiet"),
        of("--verbose"));
  }

  private static ImmutableList<Choice> ofFiles(Path directory) {
    return ImmutableList.of(
        of("--volume", directory + ":/seen:ro"),
        of("--mount", "type=bind,source=" + directory + ",target=/bound").claiming("--mount bind"),
        of("--mount", "type=tmpfs,target=/mounted,tmpfs-size=1m").claiming("--mount tmpfs"),
        of("--tmpfs", "/scratch:size=1m"),
        of("--shm-size", "2m"),
        of("--read-only"),
        of("--read-only", "--read-only-tmpfs=false"));
  }

  private static ImmutableList<Choice> ofNamespaces() {
    return ImmutableList.of(
        of("--hostname", "box"),
        of("--domainname", "nis.box"),
        of("--uts", "host").claiming("--uts", "--hostname", "--domainname"),
        of("--uts", "private"),
        of("--network", "host").claiming("--network", "--sysctl"),
        of("--network", "none"),
        of("--network", "private"),
        of("--sysctl", "net.ipv4.ip_forward=1"),
        of("--pid", "host").claiming("--pid", "--init"),
        of("--pid", "private"),
        of("--ipc", "host").claiming("--ipc", "--shm-size"),
        of("--ipc", "none").claiming("--ipc", "--shm-size"),
        of("--ipc", "private"),
        of("--cgroupns", "host"),
        of("--cgroupns", "private"),
        of("--time-offset", "monotonic=1000"));
  }

  private static ImmutableList<Choice> ofLimits() {
    boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    ImmutableList.Builder<Choice> limits = ImmutableList.builder();
    limits.add(
        of("--memory", "64m"),
        of("--memory", "64m", "--memory-swap", "96m").claiming("--memory"),
        of("--memory-reservation", "32m"),
        of("--cpus", "0.5").claiming("time"),
        of("--cpu-quota", "40000", "--cpu-period", "80000").claiming("time"),
        of("--cpu-shares", "512"),
        of("--cpuset-cpus", "0"),
        of("--cpuset-mems", "0"),
        of("--pids-limit", "77"),
        of("--cgroup-conf", unified ? "memory.high=50000000" : "memory.swappiness=10"),
        of("--cgroup-parent", "/jrun-replay-parent"));
    // Some kernels have no weights, or those of one scheduler of disks only.
    if (unified
        || Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.weight"))
        || Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.bfq.weight"))) {
      limits.add(of("--blkio-weight", "100"));
    }
    return limits.build();
  }

  private static ImmutableList<Choice> ofLife() {
    return ImmutableList.of(
        of("--detach").claiming("--detach"),
        of("--rm").claiming("--detach"),
        of("--name", "replayed"),
        of("--label", "a=b"),
        of("--log-driver", "none").claiming("log"),
        of("--log-driver", "file").claiming("log"),
        of("--log-opt", "max-size=1m"));
  }
}
