package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import picocli.CommandLine.Model.OptionSpec;

/**
 * With which options a plan is kept: those that depend on nothing but the image, or on what the
 * launcher looks at again. Every option of a run stands here, under the longest of its names.
 */
final class Keepable {
  /** Whatever their values are. */
  static final ImmutableSet<String> ALWAYS =
      ImmutableSet.of(
          "--image-name",
          "--platform",
          "--unpack",
          "--entrypoint",
          "--env",
          "--env-file",
          "--user",
          "--group-add",
          "--workdir",
          "--umask",
          "--init",
          "--stop-signal",
          "--stop-timeout",
          "--timeout",
          "--cap-add",
          "--cap-drop",
          "--tty",
          "--no-tty",
          "--interactive",
          "--detach-keys",
          "--volume",
          "--mount",
          "--tmpfs",
          "--shm-size",
          "--read-only",
          "--read-only-tmpfs",
          "--hostname",
          "--domainname",
          "--time-offset",
          "--ulimit",
          "--sysctl",
          "--oom-score-adj",
          "--memory",
          "--memory-swap",
          "--memory-reservation",
          "--cpus",
          "--cpu-shares",
          "--cpu-quota",
          "--cpu-period",
          "--cpuset-cpus",
          "--cpuset-mems",
          "--pids-limit",
          "--blkio-weight",
          "--cgroup-conf",
          "--cgroup-parent",
          "--detach",
          "--name",
          "--rm",
          "--label",
          "--log-driver",
          "--log-opt",
          Replay.EXPLAIN,
          "--quiet",
          "--verbose");

  /** With these values: the others name namespaces, or networks, that others have part in. */
  static final ImmutableMap<String, ImmutableSet<String>> WITH_VALUE =
      ImmutableMap.of(
          "--network", ImmutableSet.of("private", "host", "none"),
          "--ipc", ImmutableSet.of("private", "host", "none"),
          "--pid", ImmutableSet.of("private", "host"),
          "--uts", ImmutableSet.of("private", "host"),
          "--cgroupns", ImmutableSet.of("private", "host"));

  /** Never, and why. */
  static final ImmutableMap<String, String> NEVER =
      ImmutableMap.<String, String>builder()
          .put("--no-replay", "says so")
          .put("--privileged", "devices of the host come and go")
          .put("--device", "devices of the host come and go")
          .put("--device-cgroup-rule", "numbers of devices are given anew")
          .put("--device-read-bps", "numbers of disks are given anew")
          .put("--device-write-bps", "numbers of disks are given anew")
          .put("--device-read-iops", "numbers of disks are given anew")
          .put("--device-write-iops", "numbers of disks are given anew")
          .put("--security-opt", "a profile that was read may have changed")
          .put("--userns", "ids and namespaces of others may have changed")
          .put("--uidmap", "ids of others may have changed")
          .put("--gidmap", "ids of others may have changed")
          .put("--publish", "ports are looked for anew")
          .put("--dns", "is about a network that is made anew")
          .put("--dns-search", "is about a network that is made anew")
          .put("--dns-option", "is about a network that is made anew")
          .put("--add-host", "is about a network that is made anew")
          .put("--cidfile", "the compiler writes the file")
          .put("--pidfile", "the compiler refuses a file that is there")
          .put("--help", "there is no plan")
          .put("--help-all", "there is no plan")
          .put("--version", "there is no plan")
          .buildOrThrow();

  private Keepable() {}

  /** Whether a plan with that option, and the value that was given, may be kept. */
  static boolean isKept(OptionSpec option) {
    ImmutableSet<String> values = WITH_VALUE.get(option.longestName());
    if (values == null) {
      return ALWAYS.contains(option.longestName());
    }
    Object value = option.getValue();
    return values.contains(String.valueOf(value));
  }
}
