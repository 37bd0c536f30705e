package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that runs is seen, typed to, left alone and come back to. */
class AttachTest extends LiveTest {
  private static final String CTRL_P = "\u0010";
  private static final String CTRL_Q = "\u0011";
  private static final String LEAVE = CTRL_P + CTRL_Q;

  private void startWeb(Caller caller, String options, String script) throws Exception {
    List<String> words = new ArrayList<>(List.of("-q", "-d", "--name", "web"));
    Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    words.addAll(List.of(image.toString(), "sh", "-c", script));
    containers.output(caller, words.toArray(new String[0]));
  }

  private Process attach(Caller caller, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("attach"));
    words.addAll(List.of(options));
    words.add("web");
    return caller.builder(work, containers.command(caller, words.toArray(new String[0]))).start();
  }

  private static void type(Process process, String text) throws Exception {
    OutputStream input = process.getOutputStream();
    input.write(text.getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

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

  // Without a terminal.

  @ParameterizedTest
  @EnumSource
  void outputErrorsAndStatusAreTheContainers(Caller caller) throws Exception {
    startWeb(caller, "-i", "read go; echo out; echo err >&2; exit 7");
    Process process = attach(caller);
    type(process, "go\n");
    assertThat(process.inputReader().readLine()).isEqualTo("out");
    assertThat(process.errorReader().readLine()).isEqualTo("err");
    assertThat(process.waitFor()).isEqualTo(7);
    assertThat(containers.jrun(caller, "logs", "web")).isEqualTo(new Result(0, "out\n", "err\n"));
  }

  @Test
  void endOfTheInputIsTheContainers() throws Exception {
    startWeb(Caller.ROOT, "-i", "wc -c; exit 3");
    Process process = attach(Caller.ROOT);
    type(process, "x".repeat(200_000));
    process.getOutputStream().close();
    assertThat(process.inputReader().readLine()).isEqualTo("200000");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  @Test
  void withoutTheOptionNothingIsTyped() throws Exception {
    startWeb(Caller.ROOT, "", "cat; echo end of file; sleep 1000");
    Process process = attach(Caller.ROOT);
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    type(process, "typed\n");
    containers.output(Caller.ROOT, "stop", "-t", "0", "web");
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(containers.output(Caller.ROOT, "logs", "web")).isEqualTo("end of file\n");
  }

  @Test
  void severalSeeTheSame() throws Exception {
    startWeb(Caller.ROOT, "-i --log-driver=none", "read go; seq 50000; exit 2");
    List<Process> all = List.of(attach(Caller.ROOT), attach(Caller.ROOT, "--no-stdin"));
    for (Process one : all) {
      LivingContainers.await("it is attached", () -> sockets(one) > 0);
    }
    type(all.get(0), "go\n");
    List<CompletableFuture<List<String>>> read = new ArrayList<>();
    for (Process one : all) {
      read.add(CompletableFuture.supplyAsync(() -> one.inputReader().lines().toList()));
    }
    for (Process one : all) {
      assertThat(one.waitFor()).isEqualTo(2);
    }
    for (CompletableFuture<List<String>> lines : read) {
      assertThat(lines.get()).hasSize(50_000).endsWith("50000");
    }
  }

  private static long sockets(Process process) throws Exception {
    try (var descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return descriptors
          .filter(
              descriptor -> {
                try {
                  return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
                } catch (java.io.IOException e) {
                  return false; // closed meanwhile
                }
              })
          .count();
    }
  }

  /** He reads nothing, and what the container says does not fit into any buffer. */
  @Test
  void whoReadsNothingHoldsNobodyUp() throws Exception {
    startWeb(
        Caller.ROOT, "-i --log-opt=max-size=1m", "read go; seq 300000; echo the end; sleep 1000");
    Process hanging = attach(Caller.ROOT);
    type(hanging, "go\n");
    LivingContainers.await(
        "all is said",
        () -> containers.output(Caller.ROOT, "logs", "-n", "1", "web").equals("the end\n"));
    containers.output(Caller.ROOT, "stop", "-t", "0", "web");
    String read = new String(hanging.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(read).startsWith("1\n2\n").doesNotContain("the end");
    assertThat(hanging.errorReader().lines())
        .anyMatch(line -> line.matches("jrun: (\\d+ bytes are|the rest is) missing here: .*"));
    assertThat(hanging.waitFor()).isEqualTo(143);
  }

  @Test
  void memoryOfWhatWaitsStaysBelowTwoMebibytes() throws Exception {
    startWeb(Caller.ROOT, "-i", "while read line; do echo $line; done");
    Process process = attach(Caller.ROOT);
    String line = "x".repeat(4000);
    for (int i = 0; i < 100; i++) {
      type(process, line + "\n");
      assertThat(process.inputReader().readLine()).isEqualTo(line);
    }
    String launcher = containers.field(Caller.ROOT, "web", "launcherPid");
    assertThat(Files.readString(Path.of("/proc/" + launcher + "/status")).lines())
        .filteredOn(size -> size.startsWith("VmRSS:"))
        .singleElement()
        .satisfies(
            size -> assertThat(Integer.parseInt(size.replaceAll("\\D", ""))).isLessThan(2 * 1024));
    process.destroyForcibly();
  }

  @Test
  void signalsReachTheContainerUnlessTheyAreNotTo() throws Exception {
    startWeb(Caller.ROOT, "", "trap 'exit 9' TERM; while :; do sleep 0.05; done");
    Process alone = attach(Caller.ROOT, "--sig-proxy=false");
    LivingContainers.await("it is attached", () -> sockets(alone) > 0);
    alone.destroy();
    assertThat(alone.waitFor()).isEqualTo(143);
    Process process = attach(Caller.ROOT);
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(9);
  }

  /** What he typed and nobody reads is between him and his signals. */
  @Test
  void signalsReachAContainerThatReadsNothing() throws Exception {
    startWeb(Caller.ROOT, "-i", "trap 'exit 9' TERM; while :; do sleep 0.05; done");
    Process process = attach(Caller.ROOT);
    CompletableFuture<Boolean> typed =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                type(process, "x".repeat(4 << 20));
                return true;
              } catch (Exception e) {
                return false; // nobody reads it any more
              }
            });
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    LivingContainers.await("nobody takes what is typed", () -> isFull(process));
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(9);
    assertThat(typed.get()).isFalse();
  }

  /** Whether it reads its input no more: no byte of the pipe goes for a while. */
  private static boolean isFull(Process process) throws Exception {
    String before = taken(process);
    Thread.sleep(200);
    return !before.equals("0") && before.equals(taken(process));
  }

  private static String taken(Process process) throws Exception {
    return Files.readString(Path.of("/proc/" + process.pid() + "/io"))
        .lines()
        .filter(line -> line.startsWith("rchar: "))
        .findFirst()
        .orElseThrow()
        .substring("rchar: ".length());
  }

  @Test
  void whoIsKilledLeavesTheOthersAndTheContainerAlone() throws Exception {
    startWeb(Caller.ROOT, "-i", "while read line; do echo $line; done; exit 4");
    for (int i = 0; i < 20; i++) {
      Process killed = attach(Caller.ROOT);
      type(killed, "here\n");
      assertThat(killed.inputReader().readLine()).isEqualTo("here");
      killed.destroyForcibly();
      assertThat(killed.waitFor()).isEqualTo(137);
    }
    Process process = attach(Caller.ROOT);
    type(process, "still\n");
    assertThat(process.inputReader().readLine()).isEqualTo("still");
    process.getOutputStream().close();
    assertThat(process.waitFor()).isEqualTo(4);
  }

  /** Also where the records' own directory lets everybody in. */
  @Test
  void nobodyElseCanConnect() throws Exception {
    Path records = Files.createDirectories(containers.records(Caller.ROOT));
    Files.setPosixFilePermissions(records, PosixFilePermissions.fromString("rwxrwxrwx"));
    startWeb(Caller.ROOT, "", "sleep 1000");
    Path socket = records.resolve("web/attach");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rwx------");
    Result result =
        Caller.SINGLE_ID.execute(
            work,
            List.of(
                "/usr/bin/python3",
                "-c",
                "import socket, sys\n"
                    + "socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(sys.argv[1])",
                socket.toString()));
    assertThat(result.err()).contains("PermissionError");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void pausedContainerIsNotAttachedTo() throws Exception {
    startWeb(Caller.ROOT, "", "sleep 1000");
    containers.output(Caller.ROOT, "pause", "web");
    assertThat(containers.jrun(Caller.ROOT, "attach", "web"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'web': is paused, and says nothing; 'jrun unpause web' continues"
                    + " it\n"));
  }

  @Test
  void oldKernelsAreToldOfSignalsAndDoWithout() throws Exception {
    startWeb(Caller.ROOT, "-i", "read go; exit 6");
    List<String> old = new ArrayList<>(containers.command(Caller.ROOT, "attach", "web"));
    old.add(1, "JRUN_WITHOUT=pidfd_open");
    assertThat(Caller.ROOT.execute(work, old))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: signals cannot be sent to container 'web' without doubt before Linux 5.3;"
                    + " --sig-proxy=false attaches without them\n"));
    old.add("--sig-proxy=false");
    Process process = Caller.ROOT.builder(work, old).start();
    type(process, "go\n");
    assertThat(process.waitFor()).isEqualTo(6);
  }

  @Test
  void launcherThatIsKilledIsToldOf() throws Exception {
    startWeb(Caller.ROOT, "", "sleep 1000");
    Process process = attach(Caller.ROOT);
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    ProcessHandle.of(Long.parseLong(containers.field(Caller.ROOT, "web", "launcherPid")))
        .orElseThrow()
        .destroyForcibly();
    assertThat(process.errorReader().readLine())
        .isEqualTo("jrun: container 'web' was killed with its launcher; nobody knows how it ended");
    assertThat(process.waitFor()).isEqualTo(125);
  }

  // With a terminal.

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
    startWeb(Caller.ROOT, "-t", "exec sh -i");
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
    startWeb(Caller.ROOT, "-t", "trap 'stty size' WINCH; echo up; while :; do sleep 0.05; done");
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
    startWeb(Caller.ROOT, "", "sleep 1000");
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
    startWeb(Caller.ROOT, "-t", "stty -echo; cat -v");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "--detach-keys=a,a,b", "web")) {
      terminal.type("x\n");
      terminal.expect("x\n");
      terminal.type("aaab");
      expectEnd(terminal, 0);
    }
  }

  @Test
  void interruptThatIsTypedFromOutsideEndsAProgramWithoutHandler() throws Exception {
    startWeb(Caller.ROOT, "-t", "read x; echo go; exec sleep 1000");
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
    startWeb(Caller.ROOT, "-t", "sh -i");
    try (TypedTerminal terminal = terminal(Caller.ROOT, "attach", "web")) {
      terminal.type("echo a$((1))b\n");
      terminal.expect("a1b");
    }
    assertThat(containers.field(Caller.ROOT, "web", "status")).isEqualTo("running");
  }

  // Words that make no sense.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attach nobody | container 'nobody': there is none of this name or id; 'jrun ps -a' lists"
            + " them",
        "attach         | the name or id of a container is missing; see 'jrun attach --help'",
        "attach web web | only one container can be attached to at a time; see 'jrun attach --help'",
        "attach web     | container 'web': does not run, it is exited",
        "attach --detach-keys=ctrl-1 web | --detach-keys 'ctrl-1': 'ctrl-1' is no key; there are"
            + " single characters, DEL, and ctrl- with one of a to z, @, [, \\, ], ^ and _, as in"
            + " ctrl-p,ctrl-q; see 'jrun attach --help'",
        "exec --detach-keys=a,,b web x | --detach-keys 'a,,b': '' is no key; there are"
            + " single characters, DEL, and ctrl- with one of a to z, @, [, \\, ], ^ and _, as in"
            + " ctrl-p,ctrl-q; see 'jrun exec --help'",
      })
  void wrongWordsAreOneSentence(String words, String sentence) throws Exception {
    startWeb(Caller.ROOT, "", "true");
    containers.output(Caller.ROOT, "wait", "web");
    assertThat(containers.jrun(Caller.ROOT, words.strip().split(" +")))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "\n"));
  }

  @Test
  void containerWithoutTerminalInTheForegroundIsNobodyElses() throws Exception {
    Process process =
        Caller.ROOT
            .builder(
                work,
                containers.command(
                    Caller.ROOT, "--name=web", image.toString(), "sh", "-c", "echo up; cat"))
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("up");
    assertThat(containers.jrun(Caller.ROOT, "attach", "web"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'web': can be attached to only if it is detached or has a"
                    + " terminal\n"));
    process.getOutputStream().close();
    assertThat(process.waitFor()).isZero();
  }
}
