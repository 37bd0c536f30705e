package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The container's own pseudo-terminal, relayed to a terminal that script(1) makes. */
class LauncherTerminalTest extends LauncherCase {
  @BeforeEach
  void makeSharedDirectory() throws IOException {
    Files.createDirectories(directory.resolve("shared"));
    Launcher.run("chmod", "0777", directory.resolve("shared").toString());
  }

  private LaunchPlan onTerminal(Caller caller, String script) throws IOException {
    return new BusyboxContainer(caller, directory)
        .before(
            new ProcessStep.OpenTerminal(),
            new MountStep.BindMount(
                directory.resolve("shared").toString(), "/shared", false, ImmutableSet.of()))
        .shell(script);
  }

  private String commandLine(Caller caller, LaunchPlan plan) throws IOException {
    return launcher.command(caller, plan).stream()
        .map(Shell::quoted)
        .collect(Collectors.joining(" "));
  }

  private static Launcher.Result onATerminal(String script) throws IOException {
    // Its input stays open: at its end script(1) types an end-of-file character. script(1) runs
    // $SHELL, and a command line quoted as bash has it needs bash.
    return new Launcher.Running(
            ImmutableList.of("env", "SHELL=/bin/bash", "script", "-qec", script, "/dev/null"),
            Redirect.PIPE)
        .await();
  }

  @ParameterizedTest
  @EnumSource
  void processHasAControllingTerminalOfItsOwn(Caller caller) throws IOException {
    LaunchPlan plan =
        onTerminal(
            caller,
            "busybox tty; busybox stat -c %t /dev/console /dev/pts/0; busybox stty size;"
                + " echo on tty >/dev/tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && exit 11");
    Launcher.Result result = onATerminal("stty rows 17 cols 71; " + commandLine(caller, plan));
    assertThat(result.output().replace("\r", ""))
        .isEqualTo("/dev/pts/0\n88\n88\n17 71\non tty\n"); // 0x88: major 136
    assertThat(result.status()).isEqualTo(11);
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "USER_WITH_RANGES"})
  void terminalBelongsToTheProcesssUser(Caller caller) throws IOException {
    LaunchPlan plan =
        new BusyboxContainer(caller, directory)
            .before(new ProcessStep.OpenTerminal())
            .as(
                new ProcessStep.Credentials(
                    1000, 1000, ImmutableList.of(), CapabilitySet.EMPTY, CapabilitySet.EMPTY, true))
            .shell("busybox stat -c %u /dev/console; echo by path >/dev/pts/0");
    assertThat(onATerminal(commandLine(caller, plan)).output().replace("\r", ""))
        .isEqualTo("1000\nby path\n");
  }

  @Test
  void allOutputArrives() throws IOException {
    LaunchPlan plan = onTerminal(Caller.ROOT, "busybox seq 1 200000");
    Launcher.Result result = onATerminal(commandLine(Caller.ROOT, plan));
    assertThat(result.output().lines()).hasSize(200_000).endsWith("200000");
  }

  @Test
  void inputArrivesAndItsEndIsTheEndOfFileCharacter() throws IOException {
    LaunchPlan plan = onTerminal(Caller.ROOT, "busybox cat >/shared/typed; exit 5");
    Launcher.Result result =
        Launcher.run("sh", "-c", "printf 'typed\\n' | " + commandLine(Caller.ROOT, plan));
    assertThat(result.status()).isEqualTo(5);
    assertThat(directory.resolve("shared/typed")).hasContent("typed");
  }

  @Test
  void windowSizeFollowsTheUsersTerminal() throws IOException {
    LaunchPlan plan =
        onTerminal(
            Caller.ROOT,
            "trap 'busybox stty size; exit' WINCH; echo >/shared/ready;"
                + " while :; do busybox sleep 0.05; done");
    Launcher.Result result =
        onATerminal(
            "stty rows 10 cols 20; exec 3<&0; "
                + commandLine(Caller.ROOT, plan)
                + " <&3 & while [ ! -e "
                + directory
                + "/shared/ready ]; do sleep 0.05; done; stty rows 33 cols 44 <&3; wait");
    assertThat(result.output()).contains("33 44");
  }

  @Test
  void modesOfTheUsersTerminalAreRestoredAfterExitAndAfterASignal() throws IOException {
    String shared = directory.resolve("shared").toString();
    LaunchPlan quick = onTerminal(Caller.ROOT, "true");
    LaunchPlan waiting = onTerminal(Caller.ROOT, "echo >/shared/ready; exec busybox sleep 1000");
    onATerminal(
        """
        exec 3<&0
        stty -g >%1$s/before
        %2$s
        stty -g >%1$s/after-exit
        %3$s <&3 & pid=$!
        while [ ! -e %1$s/ready ]; do sleep 0.05; done
        stty -g <&3 >%1$s/during
        kill -TERM $pid
        wait $pid
        echo $? >%1$s/status
        stty -g <&3 >%1$s/after-signal
        """
            .formatted(shared, commandLine(Caller.ROOT, quick), commandLine(Caller.ROOT, waiting)));
    String before = Files.readString(directory.resolve("shared/before"));
    assertThat(directory.resolve("shared/status")).hasContent("143");
    assertThat(directory.resolve("shared/during")).content().isNotEqualTo(before);
    assertThat(directory.resolve("shared/after-exit")).hasContent(before.strip());
    assertThat(directory.resolve("shared/after-signal")).hasContent(before.strip());
  }

  @Test
  void signalEndsTheWaitForSomebodyWhoReadsTheRestOfTheOutput() throws IOException {
    // A pipe takes 65,536 bytes (pipe(7)). It has them already, so what the container says stays in
    // the launcher's and the terminal's buffers.
    LaunchPlan plan =
        onTerminal(Caller.ROOT, "busybox yes | busybox head -c 1000; echo >/shared/done");
    Launcher.Running running =
        new Launcher.Running(
            ImmutableList.<String>builder()
                .add("sh", "-c", "dd if=/dev/zero bs=65536 count=1 2>/dev/null; exec \"$@\"", "sh")
                .addAll(launcher.command(Caller.ROOT, plan))
                .build());
    Path children = Path.of("/proc/" + running.pid() + "/task/" + running.pid() + "/children");
    Launcher.until(
        "the container has ended",
        () ->
            Files.exists(directory.resolve("shared/done"))
                && Launcher.contentOf(children).isBlank());
    running.signal("TERM");
    Launcher.until("jrun has ended", () -> !running.isAlive());
    assertThat(running.await().output()).doesNotContain("y");
  }

  @ParameterizedTest
  @EnumSource
  void withoutOneTheUsersTerminalIsNotTheContainers(Caller caller) throws IOException {
    LaunchPlan plan =
        new BusyboxContainer(caller, directory)
            .shell("(echo x >/dev/tty) 2>/dev/null || echo none");
    assertThat(onATerminal(commandLine(caller, plan)).output().strip()).isEqualTo("none");
  }
}
