package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The launcher's own init as first process of a container. */
class LauncherInitTest {
  @TempDir Path directory;
  private Launcher launcher;

  @BeforeEach
  void copyLauncher() throws IOException {
    launcher = new Launcher(directory);
  }

  private BusyboxContainer container(Caller caller) throws IOException {
    return new BusyboxContainer(caller, directory).before(new ProcessStep.StayAsInit());
  }

  @ParameterizedTest
  @EnumSource
  void programIsItsChildAndNothingOfTheHostShows(Caller caller) throws IOException {
    Launcher.Result result =
        launcher.run(
            caller,
            container(caller)
                .shell(
                    "echo $$ $PPID; busybox cat /proc/1/comm;"
                        + " busybox tr '\\0' ' ' </proc/1/cmdline; echo;"
                        + " busybox tr '\\0' '\\n' </proc/1/environ;"
                        + " busybox readlink /proc/1/cwd; busybox readlink /proc/1/root;"
                        + " for f in /proc/1/fd/*; do busybox readlink $f; done;"
                        + " (echo x >>/proc/1/exe) 2>/dev/null || echo sealed;"
                        + " busybox grep -h -E '^(Cap|Groups|NoNew|Seccomp:)'"
                        + " /proc/1/status /proc/self/status | busybox sort | busybox uniq -u"));
    assertThat(result)
        .isEqualTo(
            new Launcher.Result(
                0,
                """
                2 1
                init
                jrun-init 2\s
                PATH=/bin
                NAME=value of a variable
                /
                /
                anon_inode:[signalfd]
                sealed
                """,
                ""));
  }

  /** A process that has ended stays in /proc until somebody waits for it. */
  @ParameterizedTest
  @EnumSource
  void whoeverLosesHisParentIsReaped(Caller caller) throws IOException {
    Launcher.Result result =
        launcher.run(
            caller,
            container(caller)
                .shell(
                    "for i in 1 2 3; do"
                        + " orphan=$(busybox sh -c 'busybox sleep 0.1 >/dev/null & echo $!');"
                        + " while [ -e /proc/$orphan ]; do busybox sleep 0.01; done; echo reaped;"
                        + " done; exit 6"));
    assertThat(result).isEqualTo(new Launcher.Result(6, "reaped\nreaped\nreaped\n", ""));
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129", "SEGV,139", "USR1,138", "KILL,137", "64,192"})
  void programThatASignalEndsIs128AndTheSignal(String signal, int status) throws IOException {
    assertThat(launcher.run(Caller.ROOT, container(Caller.ROOT).shell("kill -" + signal + " $$")))
        .isEqualTo(new Launcher.Result(status, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void signalsOfTheCallerReachTheProgram(Caller caller) throws IOException {
    Launcher.Running running =
        new Launcher.Running(
            launcher.command(
                caller,
                container(caller)
                    .shell(
                        "trap 'echo usr1' USR1; trap 'echo hup' HUP; trap 'exit 9' TERM; echo ready;"
                            + " while :; do busybox sleep 0.05; done")));
    assertThat(running.nextLine()).isEqualTo("ready");
    running.signal("USR1");
    assertThat(running.nextLine()).isEqualTo("usr1");
    running.signal("HUP");
    assertThat(running.nextLine()).isEqualTo("hup");
    running.signal("TERM");
    assertThat(running.await()).isEqualTo(new Launcher.Result(9, "", ""));
  }

  @Test
  void programWithoutAHandlerIsEndedByASignal() throws IOException {
    Launcher.Running running =
        new Launcher.Running(
            launcher.command(
                Caller.ROOT, container(Caller.ROOT).shell("echo ready; exec busybox sleep 1000")));
    assertThat(running.nextLine()).isEqualTo("ready");
    running.signal("TERM");
    assertThat(running.await().status()).isEqualTo(143);
  }

  /** Whoever is left when the program has ended goes with the pid namespace. */
  @Test
  void containerEndsWithItsProgram() throws IOException {
    assertThat(
            launcher.run(
                Caller.ROOT,
                container(Caller.ROOT).shell("busybox sleep 1000 >/dev/null 2>&1 & exit 4")))
        .isEqualTo(new Launcher.Result(4, "", ""));
  }

  @Test
  void programThatCannotBeStartedIsToldAsWithoutAnInit() throws IOException {
    assertThat(
            launcher.run(
                Caller.ROOT,
                container(Caller.ROOT).exec(ImmutableList.of("/bin/nope"), "nope", "x")))
        .isEqualTo(new Launcher.Result(127, "", "jrun: no 'nope' in this image\n"));
    assertThat(
            launcher.run(Caller.ROOT, container(Caller.ROOT).exec(ImmutableList.of("/bin"), "bin")))
        .isEqualTo(
            new Launcher.Result(
                126,
                "",
                "jrun: 'bin' cannot be executed: permission denied, or no regular file\n"));
  }
}
