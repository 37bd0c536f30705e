package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.machine.AlsoOnCgroupV2;
import io.jrootfs.runner.machine.DelegatedCgroup;
import io.jrootfs.runner.machine.OnlyOnCgroupV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers held to their limits by cgroups, of version 1 here and of version 2 elsewhere. */
class CgroupsTest {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final boolean VERSION_2 = Files.exists(CGROUPS.resolve("cgroup.controllers"));

  /** The cgroup that those of our containers are made in, and nobody else's. */
  private static final String PARENT = "cgroups-test-" + ProcessHandle.current().pid();

  private static final long PATIENCE_SECONDS = 60;

  @TempDir static Path work;
  private static Installation installation;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    Path rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(rootfs, "ln -s busybox bin/dd");
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  /** The kernel removes no cgroup with a process in it, so no process is left either. */
  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(cgroups(PARENT)).isEmpty();
  }

  /** The directories of a cgroup in all hierarchies that have it. */
  private static List<Path> cgroups(String path) throws IOException {
    try (Stream<Path> mounts = Files.list(CGROUPS)) {
      return Stream.concat(Stream.of(CGROUPS), mounts)
          .map(mount -> mount.resolve(path))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  private static ImmutableList<String> command(List<String> options, String script) {
    return ImmutableList.<String>builder()
        .add(installation.jrun().toString(), "--cgroup-parent=" + PARENT)
        .addAll(options)
        .add(image.toString(), "sh", "-c", script)
        .build();
  }

  private static Result jrun(String script, String... options)
      throws IOException, InterruptedException {
    return Caller.ROOT.execute(work, command(Arrays.asList(options), script));
  }

  private static String output(String script, String... options)
      throws IOException, InterruptedException {
    return Installation.check(jrun(script, options)).out();
  }

  /** Directory of a controller's files in the container. */
  private static String files(String controller) {
    return VERSION_2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller;
  }

  private static String disk() throws IOException, InterruptedException {
    return Installation.check(
            Caller.ROOT.execute(
                work, List.of("sh", "-c", "lsblk -bdnpo SIZE,NAME | sort -n | tail -n 1")))
        .out()
        .strip()
        .replaceFirst("[0-9]+ +", "");
  }

  private static final String SHOW_VERSION_1 =
      """
      cd /sys/fs/cgroup
      cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes \
        memory/memory.soft_limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us \
        cpu/cpu.shares cpuset/cpuset.cpus cpuset/cpuset.mems pids/pids.max
      cat blkio/blkio.throttle.*_device
      """;

  private static final String SHOW_VERSION_2 =
      """
      cd /sys/fs/cgroup
      cat memory.max memory.swap.max memory.low cpu.max cpu.weight cpuset.cpus cpuset.mems pids.max
      cat io.max
      """;

  private static ImmutableList<String> limits(String disk) {
    return ImmutableList.of(
        "--memory=64m",
        "--memory-swap=96m",
        "--memory-reservation=32m",
        "--cpus=0.5",
        "--cpu-shares=512",
        "--cpuset-cpus=0",
        "--cpuset-mems=0",
        "--pids-limit=20",
        "--device-read-bps=" + disk + ":1m",
        "--device-write-bps=" + disk + ":2m",
        "--device-read-iops=" + disk + ":200",
        "--device-write-iops=" + disk + ":100");
  }

  /** Of version 1 alone, and of kernels that share realtime out. */
  @Test
  void callerWithARealtimePolicyIsToldWhatKeepsTheContainerOut() throws Exception {
    List<String> command = new ArrayList<>(List.of("chrt", "--rr", "1"));
    command.addAll(command(List.of(), "echo ran"));
    Result result = Caller.ROOT.execute(work, command);
    if (Files.exists(CGROUPS.resolve("cpu/cpu.rt_runtime_us"))) {
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.err())
          .matches(
              "jrun: cannot put the container into the cgroup /sys/fs/cgroup/cpu/\\S+: the kernel"
                  + " keeps processes with a realtime policy, such as jrun was started with, out of"
                  + " a new one; start it with 'chrt --other 0 jrun \\.\\.\\.'\n");
      command.addAll(0, List.of("chrt", "--rr", "1"));
      command.set(3, "chrt");
      command.set(4, "--other");
      command.set(5, "0");
      result = Caller.ROOT.execute(work, command);
    }
    assertThat(result).isEqualTo(new Result(0, "ran\n", ""));
  }

  /** Shares are 1024 in version 1 where they are 100 in version 2, on a curve between the ends. */
  @Test
  @AlsoOnCgroupV2
  void limitsAreInForce() throws Exception {
    String disk = disk();
    String number =
        Files.readString(Path.of("/sys/class/block", disk.replace("/dev/", ""), "dev")).strip();
    assertThat(
            output(
                VERSION_2 ? SHOW_VERSION_2 : SHOW_VERSION_1, limits(disk).toArray(new String[0])))
        .isEqualTo(
            VERSION_2
                ? """
                  67108864
                  33554432
                  33554432
                  50000 100000
                  59
                  0
                  0
                  20
                  %s rbps=1048576 wbps=2097152 riops=200 wiops=100
                  """
                    .formatted(number)
                : """
                  67108864
                  100663296
                  33554432
                  50000
                  100000
                  512
                  0
                  0
                  20
                  %1$s 1048576
                  %1$s 200
                  %1$s 2097152
                  %1$s 100
                  """
                    .formatted(number));
  }

  /** Some kernels have no weights in version 1, some those of one scheduler of disks only. */
  @Test
  void weightOfDisksIsSetOrRefused() throws Exception {
    List<String> files = List.of("blkio.weight", "blkio.bfq.weight");
    boolean has = output("ls /sys/fs/cgroup/blkio").lines().anyMatch(files::contains);
    String script = "cd /sys/fs/cgroup/blkio; cat " + String.join(" ", files) + " 2>/dev/null || :";
    Result result = jrun(script, "--blkio-weight=500");
    if (has) {
      assertThat(Installation.check(result).out()).isEqualTo("500\n");
    } else {
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.err())
          .startsWith("jrun: --blkio-weight cannot be enforced: ")
          .hasLineCount(1);
    }
  }

  /** Its scale is another one: 10 to 1000 are 1 to 10000 there. */
  @Test
  @OnlyOnCgroupV2
  void weightOfDisksIsConvertedForVersion2() throws Exception {
    assertThat(output("cat /sys/fs/cgroup/io.weight", "--blkio-weight=500"))
        .isEqualTo("default 4950\n");
  }

  /** podman's root directory is its own, for it leaves files behind. */
  @Test
  void limitsAndDevicesAreThoseOfPodman() throws Exception {
    Path rootfs = Images.rootfs(Files.createDirectory(work.resolve("podmans")));
    Images.check(work, "mknod fuse c 10 229");
    String script = SHOW_VERSION_1 + "cat devices/devices.list";
    List<String> options =
        Stream.concat(
                limits(disk()).stream(),
                Stream.of(
                    "--device=" + work.resolve("fuse") + ":/dev/f:r",
                    "--device-cgroup-rule=c 7:* rw"))
            .toList();
    List<String> podman =
        ImmutableList.<String>builder()
            .add("podman", "--runtime=runc", "--cgroup-manager=cgroupfs", "run", "--rm")
            // Here nobody may raise a limit, which podman's defaults would.
            .add("--network=none", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000")
            .addAll(options)
            .add("--rootfs", rootfs.toString(), "sh", "-c", script)
            .build();
    assertThat(sortedLines(output(script, options.toArray(new String[0]))))
        .isEqualTo(sortedLines(Installation.check(Caller.ROOT.execute(work, podman)).out()));
  }

  private static List<String> sortedLines(String text) {
    return text.lines().sorted().toList();
  }

  @Test
  @AlsoOnCgroupV2
  void fileThatHasNoOptionIsWritten() throws Exception {
    String file = VERSION_2 ? "hugetlb.2MB.max" : "cpu.idle";
    String value = VERSION_2 ? "4194304" : "1";
    String directory = files("cpu");
    assertThat(output("cat " + directory + "/" + file, "--cgroup-conf=" + file + "=" + value))
        .isEqualTo(value + "\n");
    Result refused = jrun("exit", "--cgroup-conf=cpu.nothing=1");
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err())
        .matches(
            "jrun: --cgroup-conf cannot be enforced: there is no cpu.nothing in "
                + CGROUPS
                + "/\\S+/jrun-\\S+; it takes a kernel that was built with it, or the other version"
                + " of cgroups\n");
  }

  /** With one cgroup namespace, /proc/self/cgroup has no path but the root. */
  @Test
  @AlsoOnCgroupV2
  void processIsWhereItsLimitsAreAndSeesNothingAbove() throws Exception {
    assertThat(
            output("grep -v ':/$' /proc/self/cgroup; cat %s/cgroup.procs".formatted(files("pids"))))
        .matches("1\n([0-9]+\n)?");
    assertThat(output("grep pids /proc/self/cgroup || cat /proc/self/cgroup", "--cgroupns=host"))
        .matches(".*:/" + PARENT + "/jrun-[0-9a-f]{12}\n");
  }

  /** Not by the first instruction, then; but what it sees of each is its own cgroup. */
  @Test
  void processIsInAllOfItsCgroupsWithoutAnyLimitToo() throws Exception {
    String script =
        "for list in $(find /sys/fs/cgroup -name cgroup.procs); do read first <$list; echo $first;"
            + " done | sort -u; grep -v ':/$' /proc/self/cgroup";
    ImmutableList<String> command =
        ImmutableList.of(installation.jrun().toString(), image.toString(), "sh", "-c", script);
    assertThat(Caller.ROOT.execute(work, command).out()).isEqualTo("1\n");
  }

  /** 20 processes are the shell, the loop's, wc, and what the loop could start. */
  @Test
  @AlsoOnCgroupV2
  void forkBombIsContained() throws Exception {
    assertThat(
            output(
                "(while :; do sleep 1000 >/dev/null & echo one; done) 2>/dev/null | wc -l",
                "--pids-limit=20"))
        .isEqualTo("17\n");
    assertThat(jrun("b() { b | b & }; b; while :; do b; done", "--pids-limit=20").status())
        .isNotZero();
  }

  @Test
  @AlsoOnCgroupV2
  void processThatIsKilledForItsMemoryIsReported() throws Exception {
    assertThat(
            jrun(
                "exec dd if=/dev/zero of=/dev/null bs=200M count=1",
                "--memory=32m",
                "--memory-swap=32m"))
        .isEqualTo(
            new Result(
                137,
                "",
                "jrun: the container reached its memory limit; processes that the kernel has killed"
                    + " for it: 1; its limit at the end: 32 MiB\n"));
  }

  @Test
  @AlsoOnCgroupV2
  void cgroupsCannotBeChangedFromInside() throws Exception {
    assertThat(
            output(
                """
                cd %s
                mkdir x 2>/dev/null || echo no new cgroup
                (echo 0 >cgroup.procs) 2>/dev/null || echo no move
                (echo /x >release_agent) 2>/dev/null || echo no release agent
                (echo max >pids.max) 2>/dev/null || echo no other limit
                mount -t %s none /home 2>/dev/null || echo no mount
                """
                    .formatted(files("pids"), VERSION_2 ? "cgroup2" : "cgroup -o pids"),
                "--security-opt=seccomp=unconfined"))
        .isEqualTo("no new cgroup\nno move\nno release agent\nno other limit\nno mount\n");
  }

  /** To open the kernel's messages takes a capability, too. */
  private static final String SYSLOG = "--cap-add=SYSLOG";

  /** The kernel's messages, 1:11, are of those that no container has by default. */
  @Test
  @AlsoOnCgroupV2
  void devicesAreUsedAsFarAsTheyAreAllowed() throws Exception {
    Path node = work.resolve("messages");
    Images.check(work, "mknod -m 666 '%s' c 1 11".formatted(node));
    String openAll =
        "for d in %s; do (: <$d) 2>/dev/null && echo r; (: >$d) 2>/dev/null && echo w; done; :";
    assertThat(output(openAll.formatted("/dev/x"), "--device=" + node + ":/dev/x:r", SYSLOG))
        .isEqualTo("r\n");
    String make = "mknod /dev/y c 1 11; ";
    assertThat(output(make + openAll.formatted("/dev/y /dev/null"), "--cap-add=MKNOD", SYSLOG))
        .isEqualTo("r\nw\n");
    assertThat(
            output(
                make + openAll.formatted("/dev/y"),
                "--cap-add=MKNOD",
                SYSLOG,
                "--device-cgroup-rule=c 1:11 w"))
        .isEqualTo("w\n");
    assertThat(output(openAll.formatted("/dev/kmsg"), "--privileged")).isEqualTo("r\nw\n");
  }

  // Whatever ends.

  private static Process started(String... options) throws IOException {
    Process launcher =
        Caller.ROOT
            .builder(work, command(Arrays.asList(options), "echo up; exec sleep 1000"))
            .start();
    assertThat(launcher.inputReader().readLine()).isEqualTo("up");
    return launcher;
  }

  private static void awaitNoCgroups() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!cgroups(PARENT).isEmpty()) {
      assertThat(System.nanoTime()).as("cgroups are left: %s", cgroups(PARENT)).isLessThan(end);
      Thread.sleep(5);
    }
  }

  @Test
  @AlsoOnCgroupV2
  void nothingIsLeftWhenTheLauncherIsKilled() throws Exception {
    Process launcher = started("--memory=64m");
    assertThat(cgroups(PARENT)).isNotEmpty();
    launcher.destroyForcibly().waitFor();
    awaitNoCgroups();
  }

  @Test
  void nothingIsLeftWhenTheLauncherIsKilledAtAnyMoment() throws Exception {
    for (int milliseconds = 0; milliseconds < 800; milliseconds += 40) {
      Process launcher =
          Caller.ROOT.builder(work, command(List.of("--memory=64m"), "exec sleep 1000")).start();
      assertThat(launcher.waitFor(milliseconds, TimeUnit.MILLISECONDS)).isFalse();
      launcher.destroyForcibly().waitFor();
    }
    awaitNoCgroups();
  }

  @Test
  void launcherRemovesThemWhenTheirKeeperHasBeenKilled() throws Exception {
    Process launcher = started();
    keeper(launcher).destroyForcibly();
    assertThat(cgroups(PARENT)).isNotEmpty();
    launcher.destroy();
    assertThat(launcher.waitFor()).isEqualTo(143);
  }

  /** As a service manager kills all of a service, or the kernel all that it finds. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--pid=host"})
  @AlsoOnCgroupV2
  void whateverComesNextRemovesWhatBothHaveLeft(String option) throws Exception {
    for (ImmutableList<String> next :
        ImmutableList.of(
            ImmutableList.of(installation.jrun().toString(), "ps"), command(List.of(), "exit 0"))) {
      Process launcher =
          Caller.ROOT
              .builder(
                  work,
                  command(
                      List.of("--memory=64m", option.isEmpty() ? "--pid=private" : option),
                      "sleep 1000 & echo up; wait"))
              .start();
      assertThat(launcher.inputReader().readLine()).isEqualTo("up");
      String both = launcher.pid() + " " + keeper(launcher).pid();
      // Who stands still cannot do anything about the other's end.
      Caller.ROOT.execute(
          work, List.of("sh", "-c", "kill -STOP %1$s; kill -KILL %1$s".formatted(both)));
      launcher.waitFor();
      assertThat(cgroups(PARENT)).as("nobody was there to remove them").isNotEmpty();
      Installation.check(Caller.ROOT.execute(work, next));
      awaitNoCgroups();
    }
  }

  /** Another container's, whose launcher is alive, stay. */
  @Test
  void whatOthersHaveStaysWhateverComes() throws Exception {
    Process launcher = started("--memory=64m");
    List<Path> before = cgroups(PARENT);
    Caller.ROOT.execute(work, List.of(installation.jrun().toString(), "ps"));
    jrun("exit 0");
    assertThat(cgroups(PARENT)).isEqualTo(before);
    assertThat(launcher.isAlive()).isTrue();
    launcher.destroy();
    assertThat(launcher.waitFor()).isEqualTo(143);
  }

  private static ProcessHandle keeper(Process launcher) {
    return launcher
        .children()
        .filter(child -> name(child.pid()).equals("jrun-cgroups"))
        .findFirst()
        .orElseThrow();
  }

  private static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void manyAtOnceDoNotDisturbEachOther() throws Exception {
    List<Process> all = Stream.generate(() -> 0).limit(8).map(unused -> start()).toList();
    for (Process one : all) {
      assertThat(one.waitFor()).isZero();
    }
  }

  private static Process start() {
    try {
      return Caller.ROOT.builder(work, command(List.of("--pids-limit=9"), "exit 0")).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // Where it cannot be.

  @Test
  @AlsoOnCgroupV2
  void ordinaryUserIsToldWhyNothingCanBeLimited() throws Exception {
    Result result =
        Caller.SINGLE_ID.execute(
            work,
            List.of(installation.jrun().toString(), "--memory=64m", image.toString(), "true"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .matches(
            "(?s).*jrun: --memory cannot be enforced: we may not make a cgroup in /sys/fs/cgroup.*\n");
  }

  @Test
  @OnlyOnCgroupV2
  void ordinaryUserLimitsInASubtreeThatIsHis() throws Exception {
    Caller user = Caller.SINGLE_ID;
    try (DelegatedCgroup cgroup = DelegatedCgroup.to(user.uid())) {
      Result result =
          Installation.execute(
              user.home(work),
              user.environment(work),
              ImmutableList.<String>builder()
                  .addAll(cgroup.enter())
                  .addAll(
                      user.as(
                          work,
                          List.of(
                              installation.jrun().toString(),
                              "--memory=64m",
                              "--pids-limit=30",
                              image.toString(),
                              "sh",
                              "-c",
                              "cd /sys/fs/cgroup; cat memory.max pids.max; touch x")))
                  .build());
      assertThat(result.out()).isEqualTo("67108864\n30\n");
      assertThat(result.err()).contains("x: Read-only file system");
    }
  }
}
