package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody types at a terminal, of which script(1) holds the other side. */
class LauncherTypedTest {
  private static final String INTERRUPT = "\u0003";
  private static final String END_OF_FILE = "\u0004";
  private static final String LITERAL = "\u0016";
  private static final String SUSPEND = "\u001a";
  private static final String QUIT = "\u001c";

  @TempDir Path directory;
  private Launcher launcher;

  @BeforeEach
  void copyLauncher() throws IOException {
    launcher = new Launcher(directory);
  }

  private BusyboxContainer container(Caller caller) throws IOException {
    return new BusyboxContainer(caller, directory).before(new ProcessStep.OpenTerminal());
  }

  /** Runs it between two looks at the terminal's modes. */
  private Launcher.Running typing(Caller caller, LaunchPlan plan) throws IOException {
    String command =
        launcher.command(caller, plan).stream().map(Shell::quoted).collect(Collectors.joining(" "));
    return new Launcher.Running(
        ImmutableList.of(
            "env",
            "SHELL=/bin/bash",
            "script",
            "-qec",
            "stty -g; " + command + "; s=$?; echo; echo status $s; stty -g",
            "/dev/null"),
        Redirect.PIPE);
  }

  private static String next(Launcher.Running running) throws IOException {
    return running.nextLine().replace("\r", "");
  }

  /** The next line that is {@code text}; what the terminal echoes may stand before it. */
  private static void expect(Launcher.Running running, String text) throws IOException {
    String line = next(running);
    while (!line.equals(text)) {
      line = next(running);
    }
  }

  private static void expectEnd(Launcher.Running running, String modes, int status)
      throws IOException {
    expect(running, "status " + status);
    assertThat(next(running)).isEqualTo(modes);
    running.await();
  }

  @ParameterizedTest
  @EnumSource
  void interruptEndsAFirstProcessThatHasNoHandler(Caller caller) throws IOException {
    typedAtASleeperEndsIt(caller, INTERRUPT, 130);
  }

  @Test
  void soDoesQuit() throws IOException {
    typedAtASleeperEndsIt(Caller.ROOT, QUIT, 131);
  }

  private void typedAtASleeperEndsIt(Caller caller, String typed, int status) throws IOException {
    Launcher.Running running =
        typing(caller, container(caller).exec(ImmutableList.of("/bin/busybox"), "cat"));
    String modes = next(running);
    // Once as the terminal's echo, once from cat, which thus runs.
    running.type("ready\n");
    expect(running, "ready");
    expect(running, "ready");
    running.type(typed);
    expectEnd(running, modes, status);
  }

  @Test
  void underAnInitTheTerminalItselfInterruptsTheProgram() throws IOException {
    Launcher.Running running =
        typing(
            Caller.ROOT,
            container(Caller.ROOT)
                .before(new ProcessStep.StayAsInit())
                .shell("echo ready; exec busybox sleep 1000"));
    String modes = next(running);
    expect(running, "ready");
    running.type(SUSPEND + INTERRUPT);
    expectEnd(running, modes, 130);
  }

  @ParameterizedTest
  @EnumSource
  void firstProcessThatHandlesAnInterruptDecidesItself(Caller caller) throws IOException {
    Launcher.Running running =
        typing(
            caller,
            container(caller)
                .shell("trap 'exit 9' INT; echo ready; while :; do busybox sleep 0.05; done"));
    String modes = next(running);
    expect(running, "ready");
    running.type(INTERRUPT);
    expectEnd(running, modes, 9);
  }

  @ParameterizedTest
  @CsvSource({"-isig, false", "intr ^A, false", "isig, true"})
  void characterThatIsNoInterruptIsInput(String modes, boolean literal) throws IOException {
    Launcher.Running running =
        typing(
            Caller.ROOT,
            container(Caller.ROOT)
                .shell("busybox stty " + modes + "; echo ready; exec busybox cat -v"));
    String before = next(running);
    expect(running, "ready");
    running.type((literal ? LITERAL : "") + INTERRUPT + "x\n" + END_OF_FILE);
    expect(running, "^Cx");
    expectEnd(running, before, 0);
  }

  /** A shell in the container stops, continues and interrupts its jobs as on any terminal. */
  @ParameterizedTest
  @EnumSource
  void shellHasJobControl(Caller caller) throws IOException {
    Launcher.Running running =
        typing(caller, container(caller).exec(ImmutableList.of("/bin/busybox"), "sh", "-i"));
    String modes = next(running);
    // A sum, so that the line is not what the shell echoes.
    running.type(
        "busybox sh -c 'trap \"echo c$((2))d\" CONT; echo a$((1))b;"
            + " while :; do busybox sleep 0.05; done'\n");
    expect(running, "a1b");
    running.type(SUSPEND);
    running.type("echo stopped $?\n");
    expect(running, "stopped 148"); // 128 + SIGTSTP
    running.type("fg\n");
    expect(running, "c2d");
    running.type(INTERRUPT);
    running.type("echo interrupted $?\n");
    expect(running, "interrupted 130");
    running.type("exit 3\n");
    expectEnd(running, modes, 3);
  }

  /** The user's terminal is as before also where nothing was started. */
  @Test
  void modesAreRestoredWhereTheProgramIsMissing() throws IOException {
    Launcher.Running running =
        typing(
            Caller.ROOT, container(Caller.ROOT).exec(ImmutableList.of("/bin/nope"), "nope", "x"));
    String modes = next(running);
    expectEnd(running, modes, 127);
  }
}
