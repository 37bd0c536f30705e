package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens at the worst of moments does no harm. */
class LauncherRaceTest {
  private static final int STARTS = 1000;
  private static final int KILLS = 40;
  private static final int LATEST_KILL_MILLIS = 20;

  @TempDir Path directory;
  private Launcher launcher;

  @BeforeEach
  void copyLauncher() throws IOException {
    launcher = new Launcher(directory);
  }

  /**
   * Somebody who shares a volume exchanges a directory in it for a link to the host's files while
   * containers are started that have mounts below (CVE-2021-30465, CVE-2024-45310).
   */
  @Test
  void linkThatComesAndGoesLeadsNobodyOutside() throws IOException {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("marker"), "host");
    Path shared = Files.createDirectories(directory.resolve("shared"));
    Files.createDirectories(shared.resolve("a"));
    Files.createSymbolicLink(shared.resolve("b"), Path.of("../../../../../../../.." + outside));
    Path volume = Files.createDirectories(directory.resolve("volume"));
    Path plan =
        launcher.planFile(
            new BusyboxContainer(Caller.ROOT, directory)
                .before(
                    bind(shared, "/shared"),
                    bind(volume, "/shared/a/deep/volume"),
                    new MountStep.MountFilesystem(
                        "tmpfs", ImmutableList.of(), ImmutableSet.of(), "/shared/a/tmpfs", true),
                    new MountStep.MakeDirectory("/shared/a/made/here", 0755))
                .shell("true"));
    Path exchange = directory.resolve("exchange");
    Launcher.Result built =
        Launcher.run("cc", "-O1", "-Wall", "-o", exchange.toString(), "src/test/c/exchange.c");
    assertThat(built).isEqualTo(new Launcher.Result(0, "", ""));
    Launcher.Running exchanging =
        new Launcher.Running(
            ImmutableList.of(
                exchange.toString(),
                shared.resolve("a").toString(),
                shared.resolve("b").toString()));
    Launcher.Result statuses;
    try {
      statuses =
          Launcher.run(
              "sh",
              "-c",
              "i=0; while [ $i -lt $1 ]; do \"$2\" --execute-plan \"$3\" 2>/dev/null; echo $?;"
                  + " i=$((i + 1)); done",
              "sh",
              Integer.toString(STARTS),
              launcher.program().toString(),
              plan.toString());
      assertThat(exchanging.isAlive()).isTrue();
    } finally {
      exchanging.signal("KILL");
      exchanging.await();
    }
    assertThat(statuses.output().lines())
        .hasSize(STARTS)
        .contains("0", "125")
        .allMatch(status -> status.equals("0") || status.equals("125"));
    try (Stream<Path> entries = Files.list(outside)) {
      assertThat(entries).containsExactly(outside.resolve("marker"));
    }
    assertThat(volume).isEmptyDirectory();
  }

  private static LaunchStep bind(Path source, String target) {
    return new MountStep.BindMount(
        source.toString(), target, true, ImmutableSet.of(MountFlag.NOSUID));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftWheneverTheLauncherIsKilled(Caller caller) throws Exception {
    String mark = UUID.randomUUID().toString();
    BusyboxContainer container = new BusyboxContainer(caller, directory);
    ImmutableList<String> command =
        launcher.command(
            caller, container.shell("busybox sleep 1000 & busybox sleep 1000; : " + mark));
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    Random random = new Random(20261126);
    for (int i = 0; i < KILLS; i++) {
      Launcher.Running running = new Launcher.Running(command);
      Thread.sleep(random.nextInt(LATEST_KILL_MILLIS));
      running.signal("KILL");
      assertThat(running.await().status()).isEqualTo(137);
    }
    Launcher.until("nobody is left", () -> !isAnybodyLeft(mark));
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
    try (Stream<Path> entries = Files.list(directory.resolve("mnt"))) {
      assertThat(entries).isEmpty();
    }
  }

  /** In a pid namespace of its own the first process is deaf to its own signals, SIGKILL too. */
  @Test
  void launcherThatIsKilledBeforeTheContainerIsBoundToItLeavesNobody() throws Exception {
    String mark = UUID.randomUUID().toString();
    Path plan =
        launcher.planFile(
            new BusyboxContainer(Caller.ROOT, directory)
                .shell("busybox sleep 1000; busybox sleep 1000; : " + mark));
    Path trace = directory.resolve("trace");
    Launcher.Running running =
        new Launcher.Running(
            ImmutableList.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                trace.toString(),
                "--trace=prctl",
                "--inject=prctl:delay_enter=1000000",
                launcher.program().toString(),
                "--execute-plan",
                plan.toString()));
    // The container's first call binds it to the launcher, and is held for a second.
    Launcher.until("a container has begun", () -> launcherWithChild(running.pid()).isPresent());
    launcherWithChild(running.pid()).orElseThrow().destroyForcibly();
    running.await();
    assertThat(Files.readString(trace)).contains("PR_SET_PDEATHSIG, SIGKILL");
    assertThat(isAnybodyLeft(mark)).isFalse();
  }

  /** A socket whose other end is closed with something unread tells that first, and words after. */
  @Test
  void failureOfAContainerThatHasNotReadTheLaunchersWordIsTold() throws Exception {
    List<LaunchStep> steps =
        new ArrayList<>(new BusyboxContainer(Caller.ROOT, directory).shell("true").steps());
    steps.add(1, new ProcessStep.AdjustOomScore(500)); // the launcher's, behind the clone
    Path plan = launcher.planFile(new LaunchPlan(ImmutableList.copyOf(steps)));
    Path trace = directory.resolve("trace");
    assertThat(
            Launcher.run(
                "strace",
                "-f",
                "-qq",
                "-o",
                trace.toString(),
                "--trace=setsid,recvmsg",
                "--inject=setsid:error=EPERM:delay_enter=300000",
                "--inject=recvmsg:delay_enter=300000",
                launcher.program().toString(),
                "--execute-plan",
                plan.toString()))
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot create the container's namespaces: not permitted; run jrun as root, or"
                    + " as an ordinary user on a system that allows user namespaces\n"));
    assertThat(trace).content().contains("ECONNRESET");
  }

  private static Optional<ProcessHandle> launcherWithChild(long tracer) {
    return ProcessHandle.of(tracer)
        .orElseThrow()
        .children()
        .filter(child -> child.children().findAny().isPresent())
        .findFirst();
  }

  private static boolean isAnybodyLeft(String mark) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains(mark));
  }
}
