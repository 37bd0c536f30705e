package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals, the end of a container, and what is left of it: nothing. */
class LauncherSignalTest extends LauncherCase {
  private static final int LAUNCHER_SEALS_WRITE = 0x8; // F_SEAL_WRITE, fcntl(2)

  private final String mark = UUID.randomUUID().toString();

  private Launcher.Running started(Caller caller, LaunchPlan plan) throws IOException {
    Launcher.Running running = new Launcher.Running(launcher.command(caller, plan));
    assertThat(running.nextLine()).isEqualTo("ready");
    return running;
  }

  /** Whether any process on the host has our mark among its arguments. */
  private boolean isAnybodyLeft() {
    Predicate<ProcessHandle> marked =
        process ->
            process.info().arguments().stream()
                .anyMatch(arguments -> String.join(" ", arguments).contains(mark));
    return ProcessHandle.allProcesses().anyMatch(marked);
  }

  private static String childCommand(long pid) {
    try {
      String number = Long.toString(pid);
      String child = Files.readString(Path.of("/proc", number, "task", number, "children")).strip();
      return Files.readString(Path.of("/proc", child, "cmdline"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two processes with our mark; the first says when it is there. */
  private LaunchPlan markedProcesses(BusyboxContainer container) {
    return container.shell(
        "busybox sh -c 'while :; do busybox sleep 1; done' %s & echo ready; busybox sleep 1000; : %s"
            .formatted(mark, mark));
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129", "QUIT,131", "USR1,138", "USR2,140", "RTMIN,162"})
  void signalThatTheFirstProcessDoesNotHandleEndsItAsAnywhereElse(String signal, int status)
      throws IOException {
    Launcher.Running running =
        started(Caller.ROOT, container(Caller.ROOT).shell("echo ready; exec busybox sleep 1000"));
    // The shell itself catches SIGINT and ignores SIGQUIT.
    Launcher.until(
        "sleep has replaced the shell",
        () -> childCommand(running.pid()).contains("sleep\0" + 1000));
    running.signal(signal);
    assertThat(running.await().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource
  void signalThatTheFirstProcessHandlesIsPassedOn(Caller caller) throws IOException {
    Launcher.Running running =
        started(
            caller,
            container(caller)
                .shell(
                    "trap 'exit 9' TERM; trap 'echo got usr1' USR1; trap '' INT; echo ready;"
                        + " while :; do busybox sleep 0.05; done"));
    running.signal("INT");
    running.signal("USR1");
    assertThat(running.nextLine()).isEqualTo("got usr1");
    running.signal("TERM");
    assertThat(running.await()).isEqualTo(new Launcher.Result(9, "", ""));
  }

  @Test
  void signalIsPassedOnAsItIsWithoutAPidNamespace() throws IOException {
    Launcher.Running running =
        started(
            Caller.ROOT,
            container(Caller.ROOT)
                .without(Namespace.PID)
                .shell("echo ready; exec busybox sleep 1000"));
    running.signal("TERM");
    assertThat(running.await().status()).isEqualTo(143);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftWhenTheFirstProcessEnds(Caller caller) throws IOException {
    LaunchPlan plan =
        container(caller)
            .shell("busybox sh -c 'while :; do busybox sleep 1; done' " + mark + " & exit 3");
    assertThat(launcher.run(caller, plan).status()).isEqualTo(3);
    assertThat(isAnybodyLeft()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftWhenTheLauncherIsKilled(Caller caller) throws IOException {
    Launcher.Running running = started(caller, markedProcesses(container(caller)));
    assertThat(isAnybodyLeft()).isTrue();
    running.signal("KILL");
    assertThat(running.await().status()).isEqualTo(137);
    Launcher.until("nobody is left", () -> !isAnybodyLeft());
  }

  @Test
  void nothingIsLeftOfAUserOtherThanRootWhenTheLauncherIsKilled() throws IOException {
    Launcher.Running running =
        started(
            Caller.ROOT,
            markedProcesses(
                container(Caller.ROOT)
                    .as(
                        new ProcessStep.Credentials(
                            1000,
                            1000,
                            ImmutableList.of(),
                            CapabilitySet.EMPTY,
                            CapabilitySet.EMPTY,
                            true))));
    running.signal("KILL");
    assertThat(running.await().status()).isEqualTo(137);
    Launcher.until("nobody is left", () -> !isAnybodyLeft());
  }

  @ParameterizedTest
  @EnumSource
  void launcherHasNoChildButTheContainer(Caller caller) throws IOException {
    Launcher.Running running =
        started(caller, container(caller).shell("echo ready; exec busybox sleep 1000"));
    String pid = Long.toString(running.pid());
    String children = Files.readString(Path.of("/proc", pid, "task", pid, "children"));
    assertThat(children.strip()).matches("[0-9]+");
    running.signal("TERM");
    assertThat(running.await().status()).isEqualTo(143);
  }

  @ParameterizedTest
  @EnumSource
  void whatWaitsWhileAContainerRunsHoldsLessThanThreeMebibytes(Caller caller) throws IOException {
    Launcher.Running running =
        started(caller, container(caller).shell("echo ready; exec busybox sleep 1000"));
    Path usage = Path.of("/proc", Long.toString(running.pid()), "smaps_rollup"); // proc(5), in KiB
    long resident =
        Files.readAllLines(usage).stream()
            .filter(line -> line.startsWith("Rss:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .sum();
    running.signal("TERM");
    assertThat(running.await().status()).isEqualTo(143);
    assertThat(resident).isBetween(1L, 3071L);
  }

  /**
   * Not even by root with all capabilities: through mount_setattr(2), or through a descriptor that
   * is kept until the program has ended, when the file is no longer busy.
   */
  @Test
  void launcherOfRootCannotBeWritten() throws IOException {
    Launcher.Running running =
        started(Caller.ROOT, container(Caller.ROOT).shell("echo ready; exec busybox sleep 1000"));
    Launcher.Result attacks =
        Launcher.run(
            "perl",
            "-e",
            """
            my $pid = $ARGV[0];
            sysopen(EXE, "/proc/$pid/exe", 010000000) or die $!; # O_PATH
            my ($path, $change) = ('', pack('Q4', 0, 1, 0, 0)); # takes MOUNT_ATTR_RDONLY away
            syscall(442, fileno(EXE), $path, 0x1000, $change, 32) < 0 and print "$!\n";
            kill 'TERM', $pid;
            select(undef, undef, undef, 0.01) while -e "/proc/$pid/exe";
            sysopen(F, '/proc/self/fd/' . fileno(EXE), 1) or print "$!\n";
            """,
            Long.toString(running.pid()));
    assertThat(running.await().status()).isEqualTo(143);
    assertThat(attacks.output()).isEqualTo("Invalid argument\nRead-only file system\n");
  }

  @Test
  void launcherOfAnOrdinaryUserRunsFromASealedCopy() throws IOException {
    runsFromASealedCopy(Caller.USER_WITH_ONE_ID);
  }

  void runsFromASealedCopy(Caller caller) throws IOException {
    Launcher.Running running =
        started(caller, container(caller).shell("echo ready; exec busybox sleep 1000"));
    Path exe = Path.of("/proc", Long.toString(running.pid()), "exe");
    assertThat(Files.readSymbolicLink(exe)).hasToString("/memfd:jrun (deleted)");
    Launcher.Result seals =
        Launcher.run(
            "perl",
            "-e",
            "open(F, '<', $ARGV[0]) or die $!; print fcntl(F, 1034, 0)", // F_GET_SEALS
            exe.toString());
    assertThat(Integer.parseInt(seals.output().strip()) & LAUNCHER_SEALS_WRITE).isNotZero();
    running.signal("TERM");
    running.await();
  }

  @Test
  void signalsThatTheCallerIgnoresDoNotReachTheContainer() throws IOException {
    ImmutableList<String> command =
        launcher.command(
            Caller.ROOT,
            container(Caller.ROOT)
                .before(
                    new MountStep.BindMount(
                        Files.createDirectories(directory.resolve("shared")).toString(),
                        "/shared",
                        false,
                        ImmutableSet.of()))
                .shell(
                    "echo ready; while [ ! -e /shared/go ]; do busybox sleep 0.05; done; exit 4"));
    Launcher.Running running =
        new Launcher.Running(ImmutableList.<String>builder().add("nohup").addAll(command).build());
    assertThat(running.nextLine()).isEqualTo("ready");
    running.signal("HUP");
    Files.createFile(directory.resolve("shared/go"));
    assertThat(running.await().status()).isEqualTo(4);
  }
}
