package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A terminal that is left by typing keys, and come back to. */
@ExtendWith(LeakCheck.class)
class DetachKeysTest extends LiveTest {
  private static final String CTRL_P = "\u0010";
  private static final String CTRL_Q = "\u0011";
  private static final String LEAVE = CTRL_P + CTRL_Q;

  private TypedTerminal terminal(Caller caller, String... words) throws Exception {
    TypedTerminal terminal =
        new TypedTerminal(
            work,
            "echo modes $(stty -g); "
                + containers.words(caller, words)
                + "; echo status $?; echo modes $(stty -g); echo the end");
    terminal.expect("modes ");
    return terminal;
  }

  /** The status is shown, and the terminal is as it was. */
  private static void expectEnd(TypedTerminal terminal, int status) throws Exception {
    terminal.expect("status " + status + "\n");
    terminal.expect("the end\n");
    assertThat(terminal.await()).isZero();
    assertThat(terminal.text().lines().filter(line -> line.startsWith("modes ")).distinct())
        .as(terminal.text())
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void containerOnATerminalIsLeftAndComeBackTo(Caller caller) throws Exception {
    try (TypedTerminal first =
        terminal(caller, "-q", "-t", "--name=web", image.toString(), "sh", "-i")) {
      first.type("a=7; tty\n");
      first.expect("/dev/pts/0\n");
      first.type(LEAVE);
      expectEnd(first, 0);
    }
    assertThat(containers.output(caller, "ps")).contains("web");
    containers.output(caller, "exec", "web", "sh", "-c", "echo later > /dev/pts/0");
    LivingContainers.await(
        "it is logged", () -> containers.output(caller, "logs", "web").contains("later"));
    assertThat(containers.output(caller, "logs", "web")).doesNotContain("/dev/pts/0");
    try (TypedTerminal second = terminal(caller, "attach", "web")) {
      second.type("echo a is $a\n");
      second.expect("a is 7\n");
      second.type("stty size; exit 5\n");
      expectEnd(second, 5);
    }
    LivingContainers.await("it is gone", () -> containers.output(caller, "ps", "-aq").isEmpty());
  }

  @Test
  void attachedTerminalIsLeftToo() throws Exception {
    start(Caller.ROOT, "web", "exec sh -i", "-t");
    try (TypedTerminal terminal =
        terminal(Caller.ROOT, "attach", "--detach-keys=ctrl-x,q", "web")) {
      terminal.type("echo a$((1))b\n");
      terminal.expect("a1b");
      terminal.type("\u0018q");
      expectEnd(terminal, 0);
    }
    assertThat(containers.field(Caller.ROOT, "web", "status")).isEqualTo("running");
  }

  @Test
  void sizeOfTheUsersTerminalIsTheContainersWhenItChanges() throws Exception {
    start(
        Caller.ROOT, "web", "trap 'stty size' WINCH; echo up; while :; do sleep 0.05; done", "-t");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "web")) {
      terminal.expect("\n");
      terminal.resize(33, 99);
      terminal.expect("33 99\n");
      terminal.type(LEAVE);
      expectEnd(terminal, 0);
    }
  }

  /** The shell reads characters by the time it asks for some, and the end was typed for lines. */
  @Test
  void shellOnATerminalEndsWithTheInputThoughItReadsNoLines() throws Exception {
    Process process =
        Caller.ROOT
            .builder(
                work,
                containers.command(
                    Caller.ROOT,
                    "-t",
                    image.toString(),
                    "sh",
                    "-c",
                    "stty -icanon; sleep 0.3; exec sh -i"))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .start();
    CompletableFuture<String> shown =
        CompletableFuture.supplyAsync(
            () -> process.inputReader().lines().collect(java.util.stream.Collectors.joining("\n")));
    boolean ended = process.waitFor(30, java.util.concurrent.TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    assertThat(ended).as(shown.get()).isTrue();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void execIsLeftAndGoesOn() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    try (TypedTerminal terminal =
        terminal(Caller.ROOT, "exec", "web", "sh", "-c", "echo up; exec sleep 999")) {
      terminal.expect("up\n");
      terminal.type(LEAVE);
      expectEnd(terminal, 0);
    }
    assertThat(containers.output(Caller.ROOT, "exec", "web", "ps")).contains("sleep 999");
  }

  /** What is no key after all is typed, also what was held back for a while. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"ctrl-p,ctrl-q | ^PX", "a,a,b | aaX", "'' | ^P^QX", "a,b,a,c | abaX", "a,DEL | aX"})
  void keysThatAreNotCompleteAreTyped(String keys, String typed) throws Exception {
    String bytes = typed.replace("^P", CTRL_P).replace("^Q", CTRL_Q);
    try (TypedTerminal terminal =
        terminal(
            Caller.ROOT,
            "-t",
            "--detach-keys=" + keys,
            image.toString(),
            "sh",
            "-c",
            "stty -echo -ixon; echo up; exec cat -v")) {
      terminal.expect("up\n");
      terminal.type(bytes + "\n");
      terminal.expect(typed + "\n");
      terminal.type("\u0004");
      expectEnd(terminal, 0);
    }
  }

  @Test
  void repeatedStartOfTheKeysLeaves() throws Exception {
    start(Caller.ROOT, "web", "stty -echo; cat -v", "-t");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "--detach-keys=a,a,b", "web")) {
      terminal.type("x\n");
      terminal.expect("x\n");
      terminal.type("aaab");
      expectEnd(terminal, 0);
    }
  }

  @Test
  void interruptThatIsTypedFromOutsideEndsAProgramWithoutHandler() throws Exception {
    start(Caller.ROOT, "web", "read x; echo go; exec sleep 1000", "-t");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "web")) {
      terminal.type("\n");
      terminal.expect("go\n");
      terminal.type("\u0003");
      expectEnd(terminal, 130);
    }
  }

  /** The terminal's end is the user's; the container stays. */
  @Test
  void terminalThatIsLostEndsNobodyThatWasAttachedTo() throws Exception {
    start(Caller.ROOT, "web", "sh -i", "-t");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "web")) {
      terminal.type("echo a$((1))b\n");
      terminal.expect("a1b");
    }
    assertThat(containers.field(Caller.ROOT, "web", "status")).isEqualTo("running");
  }
}
