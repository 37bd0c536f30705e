package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers that live: seen, stopped and removed by name, and right whoever dies when. */
@ExtendWith(LeakCheck.class)
class LifecycleTest extends LiveTest {
  private Path records(Caller caller) throws IOException {
    return containers.records(caller);
  }

  private ImmutableList<String> command(Caller caller, String... arguments) throws IOException {
    return containers.command(caller, arguments);
  }

  private String status(Caller caller, String name) throws Exception {
    return field(caller, name, "status");
  }

  private String field(Caller caller, String name, String field) throws Exception {
    return containers.field(caller, name, field);
  }

  // In the background.

  @ParameterizedTest
  @EnumSource
  void detachedContainerIsSeenStoppedAndRemoved(Caller caller) throws Exception {
    String id =
        output(caller, "-d", "--name", "web", "-l", "a=b", image.toString(), "sleep", "1000")
            .strip();
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(Files.getPosixFilePermissions(records(caller).resolve("web")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(output(caller, "ps"))
        .matches(
            "CONTAINER ID  IMAGE .*\n"
                + id.substring(0, 12)
                + "  \\S*image.tar  sleep 1000  \\d+ seconds? ago  Up \\d+ seconds? +web\n");
    assertThat(output(caller, "inspect", id.substring(0, 5))).contains("\"a\" : \"b\"");
    assertThat(jrun(caller, "rm", "web"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'web': runs; stop it first, 'jrun stop web', or use 'jrun rm -f'\n"));
    output(caller, "stop", "web");
    assertThat(output(caller, "ps", "-q")).isEmpty();
    assertThat(output(caller, "wait", "web")).isEqualTo("143\n");
    assertThat(output(caller, "ps", "-a")).contains("Exited (143)");
    assertThat(output(caller, "rm", "web")).isEqualTo("web\n");
  }

  @Test
  void commandEndsAlthoughTheContainerHasItsStreams() throws Exception {
    start(Caller.ROOT, "quiet", "sleep 1000");
    long pid = Long.parseLong(field(Caller.ROOT, "quiet", "launcherPid"));
    for (int fd = 0; fd < 3; fd++) {
      String target = Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + fd)).toString();
      assertThat(target).matches("/dev/null|pipe:.*");
    }
  }

  /** The launcher, and who removes cgroups if that is killed. */
  @Test
  void littleStaysBesideAContainer() throws Exception {
    start(Caller.ROOT, "quiet", "sleep 1000");
    int memory = 0;
    for (Path process : LivingContainers.processes(containers.records(Caller.ROOT))) {
      assertThat(Files.readSymbolicLink(process.resolve("exe")).toString()).doesNotContain("java");
      for (String line : Files.readAllLines(process.resolve("status"))) {
        memory += line.startsWith("VmRSS:") ? Integer.parseInt(line.replaceAll("\\D", "")) : 0;
      }
    }
    assertThat(memory).isBetween(1, 2 * 1024);
  }

  @Test
  void stopAsksByTheContainersOwnSignalAndWaitsForItsOwnTime() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "trap 'echo asked' USR1; echo ready; while :; do sleep 0.05; done",
        "--stop-signal=USR1",
        "--stop-timeout=1");
    LivingContainers.await(
        "it listens", () -> output(Caller.ROOT, "logs", "web").equals("ready\n"));
    assertThat(output(Caller.ROOT, "stop", "web")).isEqualTo("web\n");
    assertThat(output(Caller.ROOT, "logs", "web")).isEqualTo("ready\nasked\n");
    assertThat(output(Caller.ROOT, "wait", "web")).isEqualTo("137\n");
  }

  @Test
  void containerThatCannotStartIsToldOfAndForgotten() throws Exception {
    assertThat(jrun(Caller.ROOT, "-d", "--name", "x", image.toString(), "/nothing"))
        .isEqualTo(new Result(127, "", "jrun: the container has no command '/nothing'\n"));
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEmpty();
  }

  @Test
  void idIsWrittenToAFileThatIsNew() throws Exception {
    Path file = Caller.ROOT.home(work).resolve("id");
    String id =
        output(
            Caller.ROOT, "-d", "--name=a", "--cidfile=" + file, image.toString(), "sleep", "1000");
    assertThat(file).hasContent(id.strip());
    assertThat(jrun(Caller.ROOT, "--name=b", "--cidfile=" + file, image.toString(), "pwd"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --cidfile '"
                    + file
                    + "': is there already; remove it or name another file\n"));
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEqualTo(id.substring(0, 12) + "\n");
  }

  // What it says.

  @Test
  void outputAndErrorsAreKeptApart() throws Exception {
    start(Caller.ROOT, "talk", "echo out; echo err >&2; seq 3; exit 7");
    assertThat(output(Caller.ROOT, "wait", "talk")).isEqualTo("7\n");
    Result logs = jrun(Caller.ROOT, "logs", "talk");
    assertThat(logs).isEqualTo(new Result(0, "out\n1\n2\n3\n", "err\n"));
  }

  @Test
  void logIsFollowedToTheEnd() throws Exception {
    start(Caller.ROOT, "talk", "for i in 1 2 3; do echo $i; sleep 0.3; done; echo last >&2");
    assertThat(jrun(Caller.ROOT, "logs", "-f", "talk"))
        .isEqualTo(new Result(0, "1\n2\n3\n", "last\n"));
  }

  @Test
  void logIsBounded() throws Exception {
    String script = "seq 100000 200000; echo the end";
    output(
        Caller.ROOT,
        "-d",
        "--name=much",
        "--log-opt=max-size=10k",
        "--log-opt=max-file=2",
        image.toString(),
        "sh",
        "-c",
        script);
    output(Caller.ROOT, "wait", "much");
    try (var files = Files.list(records(Caller.ROOT).resolve("much"))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("log")))
          .hasSize(2)
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(10 * 1024));
    }
    assertThat(output(Caller.ROOT, "logs", "much")).endsWith("199999\n200000\nthe end\n");
    assertThat(output(Caller.ROOT, "logs", "-n", "2", "-t", "much"))
        .matches("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z (200000|the end)\n){2}");
  }

  @Test
  void terminalInTheBackgroundIsKeptToo() throws Exception {
    output(
        Caller.ROOT, "-d", "-t", "--name=t", image.toString(), "sh", "-c", "tty; test -t 0 && cat");
    LivingContainers.await(
        "it has said so", () -> output(Caller.ROOT, "logs", "t").contains("/dev/pts/0"));
    assertThat(status(Caller.ROOT, "t")).isEqualTo("running");
  }

  @Test
  void whatIsNotKeptIsSaid() throws Exception {
    output(Caller.ROOT, "-d", "--name=n", "--log-driver=none", image.toString(), "sleep", "9");
    assertThat(jrun(Caller.ROOT, "logs", "n").err())
        .isEqualTo(
            "jrun: container 'n': nothing that it says is kept: it is not detached, or has"
                + " --log-driver none\n");
  }

  // Its end.

  @Test
  void killSendsAnySignal() throws Exception {
    start(Caller.ROOT, "k", "trap 'echo usr1' USR1; echo up; while :; do sleep 0.05; done");
    LivingContainers.await("it is up", () -> output(Caller.ROOT, "logs", "k").equals("up\n"));
    output(Caller.ROOT, "kill", "-s", "USR1", "k");
    LivingContainers.await(
        "it has heard", () -> output(Caller.ROOT, "logs", "k").equals("up\nusr1\n"));
    output(Caller.ROOT, "kill", "k");
    assertThat(output(Caller.ROOT, "wait", "k")).isEqualTo("137\n");
  }

  @Test
  void containerThatDoesNotListenIsKilled() throws Exception {
    start(Caller.ROOT, "deaf", "trap '' TERM; echo up; while :; do sleep 1; done");
    LivingContainers.await("it is up", () -> output(Caller.ROOT, "logs", "deaf").equals("up\n"));
    output(Caller.ROOT, "stop", "-t", "0", "deaf");
    assertThat(output(Caller.ROOT, "wait", "deaf")).isEqualTo("137\n");
  }

  @Test
  void nothingIsKeptOfContainersThatAreNotDetachedOrSayRm() throws Exception {
    output(Caller.ROOT, "--name=fore", image.toString(), "pwd");
    output(Caller.ROOT, "-d", "--rm", "--name=rm", image.toString(), "pwd");
    LivingContainers.await("it is gone", () -> output(Caller.ROOT, "ps", "-aq").isEmpty());
  }

  @Test
  void nameIsFreeAgainAfterItsLauncherWasKilled() throws Exception {
    output(Caller.ROOT, "-d", "--rm", "--name=dies", image.toString(), "sleep", "1000");
    ProcessHandle launcher =
        ProcessHandle.of(Long.parseLong(field(Caller.ROOT, "dies", "launcherPid"))).orElseThrow();
    launcher.destroyForcibly();
    LivingContainers.await("it is gone", () -> !launcher.isAlive());
    assertThat(output(Caller.ROOT, "ps", "-q")).isEmpty();
    output(Caller.ROOT, "-d", "--name=dies", image.toString(), "sleep", "1000");
    long second = Long.parseLong(field(Caller.ROOT, "dies", "launcherPid"));
    ProcessHandle.of(second).orElseThrow().destroyForcibly();
    LivingContainers.await("it is dead", () -> status(Caller.ROOT, "dies").equals("dead"));
    assertThat(jrun(Caller.ROOT, "wait", "dies").err())
        .isEqualTo(
            "jrun: container 'dies': was killed with its launcher; nobody knows how it ended\n");
  }

  @Test
  void nameBelongsToOneOfManyThatWantItAtOnce() throws Exception {
    List<Process> all = new ArrayList<>();
    while (all.size() < 8) {
      all.add(
          Caller.ROOT
              .builder(
                  work, command(Caller.ROOT, "-d", "--name=one", image.toString(), "sleep", "1000"))
              .start());
    }
    int started = 0;
    for (Process one : all) {
      started += one.waitFor() == 0 ? 1 : 0;
    }
    assertThat(started).isEqualTo(1);
  }

  /** Directly, and by way of one that has only joined it. */
  @Test
  void namesAreFoundAsInTheContainerWhoseNetworkIsJoined() throws Exception {
    String look = "cat /etc/hosts /etc/resolv.conf";
    start(
        Caller.ROOT,
        "first",
        look + "; sleep 1000",
        "--hostname=one",
        "--add-host=there:192.0.2.7",
        "--dns=192.0.2.53");
    start(Caller.ROOT, "second", look + "; sleep 1000", "--network=container:first");
    String names =
        """
        127.0.0.1\tlocalhost
        ::1\tlocalhost
        127.0.0.1\tone
        192.0.2.7\tthere
        nameserver 192.0.2.53
        """;
    assertThat(
            output(Caller.ROOT, "--network=container:second", image.toString(), "sh", "-c", look))
        .isEqualTo(names);
    assertThat(output(Caller.ROOT, "logs", "first")).isEqualTo(names);
    assertThat(output(Caller.ROOT, "logs", "second")).isEqualTo(names);
  }

  @Test
  void namesAreTheHostsInAContainerThatJoinsItsNetworkByAnother() throws Exception {
    start(Caller.ROOT, "first", "sleep 1000", "--network=host");
    assertThat(
            output(Caller.ROOT, "--network=container:first", image.toString(), "cat", "/etc/hosts"))
        .isEqualTo(Files.readString(Path.of("/etc/hosts")));
  }

  @Test
  void anotherContainersNamespacesAreJoinedByItsName() throws Exception {
    start(Caller.ROOT, "first", "ip link set lo down; sleep 1000");
    String show = "for kind in net ipc uts; do readlink /proc/self/ns/$kind; done";
    String pid = field(Caller.ROOT, "first", "pid");
    StringBuilder expected = new StringBuilder();
    for (String kind : List.of("net", "ipc", "uts")) {
      expected.append(Files.readSymbolicLink(Path.of("/proc", pid, "ns", kind))).append('\n');
    }
    assertThat(
            output(
                Caller.ROOT,
                "--network=container:first",
                "--ipc=container:first",
                "--uts=container:first",
                image.toString(),
                "sh",
                "-c",
                show))
        .isEqualTo(expected.toString());
    assertThat(jrun(Caller.ROOT, "--network=container:second", image.toString(), "pwd"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'second': there is none of this name or id; 'jrun ps -a' lists"
                    + " them\n"));
  }

  // Words that make no sense.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stop nobody | container 'nobody': there is none of this name or id; 'jrun ps -a' lists them",
        "stop        | the name or id of a container is missing; see 'jrun stop --help'",
        "stop -t x y | --time 'x' must be whole seconds; see 'jrun stop --help'",
        "ps --foo    | unknown option '--foo'; see 'jrun ps --help'",
        "--name=../x IMAGE | container name '../x': must begin with a letter or a digit and go on"
            + " with those, '_', '.' and '-', 200 at most",
        "--log-driver=syslog IMAGE | --log-driver 'syslog': is unknown; there are file, none; see 'jrun --help'",
        "--log-opt=max-file=0 IMAGE | --log-opt 'max-file=0': must be from 1 to 999; see 'jrun --help'",
        "--log-opt=max-sise=1 IMAGE | --log-opt 'max-sise=1': is unknown; did you mean 'max-size'? see 'jrun --help'",
        "--label=x=1 --label==2 IMAGE | --label '=2': has no key; write KEY=VALUE; see 'jrun --help'",
      })
  void wrongWordsAreOneSentence(String words, String sentence) throws Exception {
    assertThat(jrun(Caller.ROOT, words.strip().replace("IMAGE", image.toString()).split(" ")))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "\n"));
  }
}
