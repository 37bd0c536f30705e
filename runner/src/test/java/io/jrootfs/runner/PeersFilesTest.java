package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mounted in our containers and what in podman's and bubblewrap's. */
class PeersFilesTest {
  /** Of each mount: place, type, attributes (proc(5), mountinfo). */
  private static final String MOUNTS =
      "busybox awk '{for (i = 7; $i != \"-\"; i++) {}; sub(/,relatime/, \"\", $6);"
          + " print $5, $(i + 1), $6}' /proc/self/mountinfo";

  private static final String DEVICES =
      "cd /dev; for f in *; do echo $f $(busybox stat -c '%F %t:%T' $f); done";

  /** Place, what podman has, what we have, why. */
  private static final String DELIBERATE =
      """
      /                      | .* rw                   | overlay rw           | what a container writes is in memory, so the directory stays as it is
      /etc/hosts             | .* rw                   | absent               | written into that layer, where no host file is behind it
      /etc/hostname          | .* rw                   | absent               | the same
      /run/.containerenv     | .* rw                   | absent               | podman's own
      /sys/fs/cgroup         | tmpfs rw,.*             | tmpfs ro,nosuid,.*   | nothing has to be made there
      /proc/(keys|timer_list) | tmpfs rw,nosuid,noexec | \\w+ ro(,\\w+)*      | masked by the host's null device, whose mode must not be changed
      /proc/interrupts       | absent                  | \\w+ ro(,\\w+)*      | masked by newer podman and docker
      """;

  /** The same of runc's as {@code runc spec} has it. */
  private static final String FROM_RUNC =
      """
      /                      | .* ro                   | overlay rw           | what a container writes is in memory, so the directory stays as it is
      /dev                   | tmpfs rw,nosuid         | tmpfs rw,nosuid,noexec | nothing there is a program
      /proc                  | proc rw                 | proc rw,nosuid,nodev,noexec | nor there
      /proc/(bus|fs|irq|sys|sysrq-trigger) | proc ro   | proc ro,nosuid,nodev,noexec | the same
      /proc/(keys|timer_list) | tmpfs rw,nosuid        | \\w+ ro(,\\w+)*      | masked by the host's null device, whose mode must not be changed
      /proc/interrupts       | absent                  | \\w+ ro(,\\w+)*      | masked by newer podman and docker
      /sys/dev/block         | absent                  | tmpfs ro             | masked by podman
      /sys/fs/cgroup         | tmpfs rw,.*             | tmpfs ro,nosuid,.*   | nothing has to be made there
      """;

  /** And of bubblewrap, which mounts less. */
  private static final String FROM_BUBBLEWRAP =
      """
      /                      | .* ro(,\\w+)*           | overlay rw           | what a container writes is in memory, so the directory stays as it is
      /dev                   | tmpfs rw,nosuid,nodev   | tmpfs rw,nosuid,noexec | there are nodes of its own instead of the host's
      /dev/(full|null|random|tty|urandom|zero) | devtmpfs .* | absent          | the same
      /dev/(mqueue|shm)      | absent                  | (mqueue|tmpfs) .*    | POSIX programs want them
      /(proc|sys)/?.*        | absent                  | \\w+ (ro|rw,nosuid)(,\\w+)* | bubblewrap hides nothing and mounts no sysfs and no cgroups
      """;

  /** What only some machines have. */
  private static final String DEPENDING =
      """
      /sys/fs/cgroup/unified | absent | cgroup2 ro,nosuid,nodev,noexec | where there are both versions, the container sees its place in each
      /sys/devices/system/cpu/cpu\\d+/thermal_throttle | absent | tmpfs ro | masked by newer podman and docker
      """;

  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path theirs;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    theirs = work.resolve("theirs");
    // For podman leaves files behind in it.
    Images.check(work, "mkdir rootfs/dev rootfs/proc; cp -a rootfs theirs");
  }

  private static String ours(String script) throws Exception {
    return output(List.of(installation.jrun().toString(), rootfs.toString(), "sh", "-c", script));
  }

  private static String podmans(String script) throws Exception {
    return output(
        ImmutableList.of(
            "podman",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "run",
            "--rm",
            // Here nobody may raise a limit, which podman's defaults would.
            "--network=none",
            "--ulimit=nofile=1024:1024",
            "--ulimit=nproc=1000:1000",
            "--rootfs",
            theirs.toString(),
            "sh",
            "-c",
            script));
  }

  private static String output(List<String> command) throws Exception {
    return Installation.check(Caller.ROOT.execute(work, command)).out();
  }

  private static Map<String, String> byFirstWord(String lines) {
    Map<String, String> table = new TreeMap<>();
    for (String line : Splitter.on('\n').omitEmptyStrings().split(lines)) {
      int space = line.indexOf(' ');
      table.put(line.substring(0, space), line.substring(space + 1));
    }
    return table;
  }

  private record Difference(String place, String theirs, String ours, String reason) {
    static ImmutableList<Difference> table(String text) {
      return text.lines()
          .map(line -> Splitter.on(" | ").trimResults().splitToList(line))
          .map(cells -> new Difference(cells.get(0), cells.get(1), cells.get(2), cells.get(3)))
          .collect(ImmutableList.toImmutableList());
    }

    boolean isOf(Map.Entry<String, String> difference) {
      return difference.getKey().matches(place)
          && difference.getValue().matches(theirs + " \\| " + ours);
    }
  }

  /** Both in one table, where they differ. */
  private static ImmutableMap<String, String> differences(
      Map<String, String> theirs, Map<String, String> ours) {
    ImmutableMap.Builder<String, String> differences = ImmutableMap.builder();
    for (String place : Sets.union(theirs.keySet(), ours.keySet())) {
      String their = theirs.getOrDefault(place, "absent");
      String our = ours.getOrDefault(place, "absent");
      if (!their.equals(our)) {
        differences.put(place, their + " | " + our);
      }
    }
    return differences.buildOrThrow();
  }

  @Test
  void mountsArePodmansButForDeliberateDifferences() throws Exception {
    assertDifferences(podmans(MOUNTS), DELIBERATE);
  }

  @Test
  void mountsAreRuncsButForDeliberateDifferences() throws Exception {
    Result runcs = Runc.run(work, theirs, List.of("sh", "-c", MOUNTS));
    assertDifferences(Installation.check(runcs).out(), FROM_RUNC);
  }

  @Test
  void mountsAreBubblewrapsButForDeliberateDifferences() throws Exception {
    assertDifferences(bubblewraps(MOUNTS), FROM_BUBBLEWRAP);
  }

  private static void assertDifferences(String theirMounts, String table) throws Exception {
    Map<String, String> ours = byFirstWord(ours(MOUNTS));
    assertThat(ours).hasSizeGreaterThan(15);
    ImmutableMap<String, String> differences = differences(byFirstWord(theirMounts), ours);
    ImmutableList<Difference> deliberate = Difference.table(table);
    assertThat(
            Maps.filterEntries(
                differences,
                difference ->
                    deliberate.stream().noneMatch(row -> row.isOf(difference))
                        && Difference.table(DEPENDING).stream()
                            .noneMatch(row -> row.isOf(difference))))
        .as("unexplained")
        .isEmpty();
    assertThat(deliberate)
        .as("each explains something")
        .allMatch(row -> differences.entrySet().stream().anyMatch(row::isOf));
  }

  private static String bubblewraps(String script) throws Exception {
    return output(
        ImmutableList.of(
            "bwrap",
            "--unshare-all",
            "--ro-bind",
            rootfs.toString(),
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "sh",
            "-c",
            script));
  }

  @Test
  void devicesAreThoseOfPodmanAndBubblewrap() throws Exception {
    Map<String, String> ours = byFirstWord(ours(DEVICES));
    Map<String, String> podmans = byFirstWord(podmans(DEVICES));
    Map<String, String> bubblewraps = byFirstWord(bubblewraps(DEVICES));
    assertThat(differences(podmans, ours).keySet()).isEqualTo(ImmutableSet.of("core"));
    assertThat(differences(bubblewraps, ours).keySet()).isEqualTo(ImmutableSet.of("mqueue"));
  }
}
