package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that runs is seen and typed to by whoever attaches to it. */
@ExtendWith(LeakCheck.class)
class AttachTest extends LiveTest {
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

  @ParameterizedTest
  @EnumSource
  void outputErrorsAndStatusAreTheContainers(Caller caller) throws Exception {
    start(caller, "web", "read go; echo out; echo err >&2; exit 7", "-i");
    Process process = attach(caller);
    type(process, "go\n");
    assertThat(process.inputReader().readLine()).isEqualTo("out");
    assertThat(process.errorReader().readLine()).isEqualTo("err");
    assertThat(process.waitFor()).isEqualTo(7);
    assertThat(containers.jrun(caller, "logs", "web")).isEqualTo(new Result(0, "out\n", "err\n"));
  }

  @Test
  void endOfTheInputIsTheContainers() throws Exception {
    start(Caller.ROOT, "web", "wc -c; exit 3", "-i");
    Process process = attach(Caller.ROOT);
    type(process, "x".repeat(200_000));
    process.getOutputStream().close();
    assertThat(process.inputReader().readLine()).isEqualTo("200000");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  @Test
  void withoutTheOptionNothingIsTyped() throws Exception {
    start(Caller.ROOT, "web", "cat; echo end of file; sleep 1000");
    Process process = attach(Caller.ROOT);
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    type(process, "typed\n");
    containers.output(Caller.ROOT, "stop", "-t", "0", "web");
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(containers.output(Caller.ROOT, "logs", "web")).isEqualTo("end of file\n");
  }

  @Test
  void severalSeeTheSame() throws Exception {
    start(Caller.ROOT, "web", "read go; seq 50000; exit 2", "-i", "--log-driver=none");
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
    start(
        Caller.ROOT,
        "web",
        "read go; seq 300000; echo the end; sleep 1000",
        "-i",
        "--log-opt=max-size=1m");
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
    start(Caller.ROOT, "web", "while read line; do echo $line; done", "-i");
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
    start(Caller.ROOT, "web", "trap 'exit 9' TERM; while :; do sleep 0.05; done");
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
    start(Caller.ROOT, "web", "trap 'exit 9' TERM; while :; do sleep 0.05; done", "-i");
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
    start(Caller.ROOT, "web", "while read line; do echo $line; done; exit 4", "-i");
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
    start(Caller.ROOT, "web", "sleep 1000");
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
    start(Caller.ROOT, "web", "sleep 1000");
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
    start(Caller.ROOT, "web", "read go; exit 6", "-i");
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
    start(Caller.ROOT, "web", "sleep 1000");
    Process process = attach(Caller.ROOT);
    LivingContainers.await("it is attached", () -> sockets(process) > 0);
    ProcessHandle.of(Long.parseLong(containers.field(Caller.ROOT, "web", "launcherPid")))
        .orElseThrow()
        .destroyForcibly();
    assertThat(process.errorReader().readLine())
        .isEqualTo("jrun: container 'web' was killed with its launcher; nobody knows how it ended");
    assertThat(process.waitFor()).isEqualTo(125);
  }

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
    start(Caller.ROOT, "web", "true");
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
