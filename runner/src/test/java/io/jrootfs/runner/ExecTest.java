package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import io.jrootfs.runner.machine.AlsoOnCgroupV2;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Another process in a container that runs: it is there in every respect, and nowhere else. */
@ExtendWith(LeakCheck.class)
class ExecTest extends LiveTest {
  /** So many that who looks inside meets some of them on their way. */
  private static final int ENTRIES = 200;

  /** A Java that compiles the first plan and gives out the same one from then on, which is fast. */
  private static final String JAVA_ONCE =
      """
      #!/bin/sh
      plan=${JRUN_LAUNCHER#plan=} plan=${plan%%;*}
      [ -s "$0.plan" ] && exec cat "$0.plan" >"$plan"
      java "$@" && cat "$plan" >"$0.plan"
      """;

  private static final String NAMESPACES =
      "for kind in cgroup ipc mnt net pid time user uts; do readlink /proc/$PROCESS/ns/$kind; done;"
          + " cat /proc/$PROCESS/cgroup";

  /** What a process may do and is held to. */
  private static final String STATUS =
      "grep -E '^(Umask|Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Sig(Blk|Ign)):' /proc/$PROCESS/status;"
          + " cat /proc/$PROCESS/limits /proc/$PROCESS/oom_score_adj";

  private void startWeb(Caller caller, String options, String... command) throws Exception {
    List<String> words = new ArrayList<>(List.of("-q", "-d", "--name", "web"));
    Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    words.add(image.toString());
    words.addAll(List.of(command));
    containers.output(caller, words.toArray(new String[0]));
  }

  private Result exec(Caller caller, String... words) throws Exception {
    return containers.jrun(
        caller, Stream.concat(Stream.of("exec"), Stream.of(words)).toArray(String[]::new));
  }

  private String ofProcess(Caller caller, String script, String process) throws Exception {
    return Installation.check(exec(caller, "web", "sh", "-c", script.replace("$PROCESS", process)))
        .out();
  }

  // Where it is.

  static Stream<Arguments> callersAndOptions() {
    return Stream.of(
        Arguments.of(Caller.ROOT, ""),
        Arguments.of(Caller.ROOT, "--init"),
        Arguments.of(Caller.ROOT, "--network=host --pid=host --ipc=host --uts=host"),
        Arguments.of(Caller.ROOT, "--uidmap=0:100000:65536 --network=host --ulimit=nofile=77"),
        Arguments.of(Caller.ROOT, "--time-offset=boottime=1000 --umask=077 --oom-score-adj=300"),
        Arguments.of(Caller.ROOT, "--privileged"),
        Arguments.of(Caller.ROOT, "--cap-drop=ALL --cap-add=CHOWN -u app --ulimit=nofile=70:90"),
        Arguments.of(Caller.SINGLE_ID, ""),
        Arguments.of(Caller.SINGLE_ID, "--network=host --time-offset=monotonic=5"),
        Arguments.of(Caller.ID_RANGES, "-u app"),
        Arguments.of(Caller.ID_RANGES, "--userns=keep-id"),
        Arguments.of(Caller.ID_RANGES, "--pid=host --security-opt=no-new-privileges=false"));
  }

  /** The first process is the measure: it shows the same of itself as one that came later. */
  @ParameterizedTest
  @MethodSource("callersAndOptions")
  void processIsWhereAndWhatTheFirstOneIs(Caller caller, String options) throws Exception {
    startWeb(caller, options, "sh", "-c", "echo $$; exec sleep 1000");
    LivingContainers.await("it runs", () -> !containers.output(caller, "logs", "web").isEmpty());
    String first = containers.output(caller, "logs", "web").strip();
    if (options.contains("--init")) {
      first = "1"; // the other one is its child
    }
    assertThat(ofProcess(caller, NAMESPACES, "self"))
        .isEqualTo(ofProcess(caller, NAMESPACES, first));
    if (!options.contains("--init")) {
      assertThat(ofProcess(caller, STATUS, "self")).isEqualTo(ofProcess(caller, STATUS, first));
    }
  }

  @ParameterizedTest
  @EnumSource
  void oldKernelsWayLeadsToTheSamePlace(Caller caller) throws Exception {
    startWeb(caller, "--time-offset=boottime=1000", "sleep", "1000");
    LivingContainers old =
        new LivingContainers(
            installation.without("pidfd_open,clone3,close_range,openat2,mount-api"),
            work,
            containers.records(caller).getFileName().toString());
    String script = NAMESPACES + "; ls /proc/self/fd";
    String[] words = {"exec", "web", "sh", "-c", script.replace("$PROCESS", "self")};
    assertThat(old.output(caller, words)).isEqualTo(containers.output(caller, words));
  }

  /** Seen from a cgroup namespace, what is elsewhere begins with "/..". */
  @Test
  @AlsoOnCgroupV2
  void processIsHeldToTheContainersLimits() throws Exception {
    startWeb(Caller.ROOT, "--pids-limit=20", "sleep", "1000");
    LivingContainers old =
        new LivingContainers(
            installation.without("pidfd_open,clone3"),
            work,
            containers.records(Caller.ROOT).getFileName().toString());
    for (LivingContainers way : ImmutableList.of(containers, old)) {
      assertThat(
              way.output(Caller.ROOT, "exec", "web", "sh", "-c", "cat /proc/self/cgroup").lines())
          .isNotEmpty()
          .allMatch(line -> line.endsWith(":/"));
      Result bomb =
          way.jrun(
              Caller.ROOT, "exec", "web", "sh", "-c", "for i in $(seq 30); do sleep 30 & done");
      assertThat(bomb.err()).contains("can't fork");
      containers.output(Caller.ROOT, "stop", "-t", "0", "web");
      containers.output(Caller.ROOT, "rm", "web");
      startWeb(Caller.ROOT, "--pids-limit=20", "sleep", "1000");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfTheCallerComesAlong(Caller caller) throws Exception {
    startWeb(caller, "-e FROM_START=yes", "sleep", "1000");
    assertThat(ofProcess(caller, "env; pwd; echo $(ls /proc/self/fd)", "self"))
        .contains("FROM_START=yes\n", "HOME=/root\n", "container=jrun\n")
        .doesNotContain("leaked", "JRUN")
        .endsWith("/\n0 1 2 3\n"); // 3 is the directory that ls reads
  }

  /** What the process is until its program begins can be seen in the container, and no more. */
  @Test
  void launcherCannotBeReachedFromInside() throws Exception {
    Path seen = Files.createDirectory(work.resolve("seen"));
    startWeb(
        Caller.ROOT,
        "-v " + seen + ":/seen",
        "sh",
        "-c",
        """
        echo >/seen/ready
        while [ ! -e /seen/stop ]; do
          for p in /proc/[0-9]*; do
            case $p in /proc/1|/proc/$$) continue;; esac
            read name 2>/dev/null <$p/comm && [ "$name" = jrun ] || continue
            echo entering
            ls -l $p/exe $p/fd $p/root 2>/dev/null
            (: >>$p/exe) 2>/dev/null && echo written
          done
        done | grep -v busybox >/seen/links
        echo >/seen/done; sleep 1000
        """);
    LivingContainers.await("it looks", () -> Files.exists(seen.resolve("ready")));
    Path java = Files.writeString(work.resolve("java-once"), JAVA_ONCE);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> entry = new ArrayList<>(List.of("env", "JRUN_JAVA=" + java));
    entry.addAll(containers.command(Caller.ROOT, "exec", "web", "true"));
    for (int i = 0; i < ENTRIES; i++) {
      Installation.check(Caller.ROOT.execute(work, entry));
    }
    Files.createFile(seen.resolve("stop"));
    LivingContainers.await("it has looked", () -> Files.exists(seen.resolve("done")));
    assertThat(Files.readString(seen.resolve("links")))
        .as("some of them were met")
        .contains("entering")
        .doesNotContain("written")
        .doesNotContain("memfd")
        .doesNotContain(work.toString())
        .doesNotContain("socket:")
        .doesNotContain("signalfd");
  }

  // What it is told to be.

  @Test
  void userDirectoryAndVariablesAreThoseAskedFor() throws Exception {
    startWeb(Caller.ROOT, "-w /tmp -e A=1 -e B=1", "sleep", "1000");
    Path file = Files.writeString(work.resolve("variables"), "B=2\nC=2\n");
    String script = "id; pwd; echo $HOME $A $B $C $D";
    assertThat(
            exec(
                Caller.ROOT,
                "-u=app",
                "-w/home",
                "--env-file=" + file,
                "-eC=3",
                "-e=D=4",
                "web",
                "sh",
                "-c",
                script))
        .isEqualTo(
            new Result(
                0,
                "uid=1000(app) gid=1001(app) groups=44(video),1001(app)\n/home\n/home/app 1 2 3 4\n",
                ""));
    assertThat(exec(Caller.ROOT, "web", "pwd").out()).isEqualTo("/tmp\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "ID_RANGES"})
  void usersAreTheContainersAsTheyAreNow(Caller caller) throws Exception {
    startWeb(
        caller, "", "sh", "-c", "echo late:x:7:8::/late:/bin/sh >>/etc/passwd; exec sleep 1000");
    LivingContainers.await(
        "it has a user more", () -> exec(caller, "-u", "late", "web", "true").status() == 0);
    assertThat(exec(caller, "-u", "late", "web", "sh", "-c", "id -u; id -g; echo $HOME").out())
        .isEqualTo("7\n8\n/late\n");
  }

  @ParameterizedTest
  @CsvSource({
    "ln -sf " + "/proc/1/root/../../etc/passwd" + " /etc/passwd",
    "ln -sf /etc/group /etc/passwd",
    "rm /etc/passwd; mkfifo /etc/passwd",
    "rm /etc/passwd; mkdir /etc/passwd",
    "rm -r /etc",
  })
  void accountsThatAreNoFileOfTheContainersNameNobody(String change) throws Exception {
    startWeb(Caller.ROOT, "", "sh", "-c", change + "; echo done; exec sleep 1000");
    LivingContainers.await(
        "it is done", () -> containers.output(Caller.ROOT, "logs", "web").equals("done\n"));
    assertThat(exec(Caller.ROOT, "-u", "app", "web", "true"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: user 'app': the image's /etc/passwd has no user 'app'; a number works"
                    + " without an entry\n"));
    assertThat(
            exec(Caller.ROOT, "-u", "1000:3", "web", "grep", "^[UG]id:", "/proc/self/status").out())
        .isEqualTo("Uid:\t1000\t1000\t1000\t1000\nGid:\t3\t3\t3\t3\n");
  }

  // How it ends.

  static Stream<Arguments> endings() {
    return Stream.of(
        Arguments.of("true", 0, ""),
        Arguments.of("sh -c exit${IFS}255", 255, ""),
        Arguments.of("sh -c kill${IFS}-9${IFS}$$", 137, ""),
        Arguments.of("nope", 127, "the container has no command 'nope' (searched "),
        Arguments.of("/etc/passwd", 126, "command '/etc/passwd' cannot be executed"),
        Arguments.of("/tmp", 126, "command '/tmp' cannot be executed"));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void exitStatusIsTheProgramsOrSaysWhyThereIsNone(String words, int status, String error)
      throws Exception {
    startWeb(Caller.ROOT, "", "sleep", "1000");
    Result result =
        exec(
            Caller.ROOT,
            Stream.concat(Stream.of("web"), Stream.of(words.split(" "))).toArray(String[]::new));
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.err()).startsWith(error.isEmpty() ? "" : "jrun: " + error);
    assertThat(result.err().lines().count()).isEqualTo(error.isEmpty() ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void endOfTheContainerIsItsEnd(Caller caller) throws Exception {
    startWeb(caller, "", "sleep", "1000");
    Process waiting =
        caller
            .builder(work, containers.command(caller, "exec", "web", "sh", "-c", "sleep 999"))
            .start();
    LivingContainers.await("it runs", () -> exec(caller, "web", "ps").out().contains("sleep 999"));
    containers.output(caller, "kill", "web");
    assertThat(waiting.waitFor()).isEqualTo(137);
  }

  @Test
  void signalsOfTheCallerReachIt() throws Exception {
    startWeb(Caller.ROOT, "", "sleep", "1000");
    Process process =
        Caller.ROOT
            .builder(
                work,
                containers.command(
                    Caller.ROOT,
                    "exec",
                    "web",
                    "sh",
                    "-c",
                    "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done"))
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("up");
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(9);
  }

  @ParameterizedTest
  @EnumSource
  void inTheBackgroundItLivesUntilTheContainerEnds(Caller caller) throws Exception {
    startWeb(caller, "", "sleep", "1000");
    assertThat(exec(caller, "-d", "web", "sleep", "999")).isEqualTo(new Result(0, "", ""));
    assertThat(exec(caller, "web", "ps").out()).contains("sleep 999");
    assertThat(exec(caller, "-d", "web", "nope").status()).isEqualTo(127);
    // That nothing of it is left then, removeAll() sees.
    containers.output(caller, "kill", "web");
  }

  // On a terminal.

  @ParameterizedTest
  @EnumSource
  void onATerminalItHasOneOfTheContainers(Caller caller) throws Exception {
    startWeb(caller, "", "sleep", "1000");
    String script = "tty; stty size; test -t 0 && test -t 1 && test -t 2 && exit 11";
    Result result =
        onATerminal(
            "stty rows 17 cols 71; " + containers.words(caller, "exec", "web", "sh", "-c", script));
    assertThat(result.out().replace("\r", "")).isEqualTo("/dev/pts/0\n17 71\n");
    assertThat(result.status()).isEqualTo(11);
    assertThat(
            onATerminal(
                    containers.words(caller, "exec", "-T", "web", "sh", "-c", "tty; echo $TERM"))
                .out()
                .replace("\r", ""))
        .isEqualTo("not a tty\n\n");
  }

  private static Result onATerminal(String script) throws Exception {
    Process process =
        new ProcessBuilder("env", "SHELL=/bin/bash", "script", "-qec", script, "/dev/null")
            .directory(work.toFile())
            .start();
    String out =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, "");
  }

  // Beside podman.

  private static Result podman(String... words) throws Exception {
    return Installation.execute(
        work,
        ImmutableMap.of(),
        ImmutableList.<String>builder()
            .add("podman", "--runtime=runc", "--cgroup-manager=cgroupfs")
            .add(words)
            .build());
  }

  @ParameterizedTest
  @CsvSource({
    "'',",
    "-u app,",
    "--privileged,",
    "--privileged -u app,",
    "-w /home -e A=2 -u 7,",
  })
  void rightsAndVariablesArePodmans(String options) throws Exception {
    String script =
        "grep -E '^(Umask|Uid|Gid|Cap...|Seccomp):' /proc/self/status; pwd; echo $HOME $PATH $A";
    String name = "jrun-test-exec-" + ProcessHandle.current().pid();
    Installation.check(
        podman(
            "run",
            "-d",
            "--rm",
            "--name",
            name,
            "--network=none",
            "--ulimit=nofile=1024:1024",
            "--ulimit=nproc=1000:1000",
            "-eA=1",
            "--rootfs",
            rootfs.toString(),
            "sleep",
            "1000"));
    try {
      startWeb(Caller.ROOT, "-e A=1", "sleep", "1000");
      assertThat(exec(Caller.ROOT, words(options, "web", script)))
          .isEqualTo(
              podman(
                  Stream.concat(Stream.of("exec"), Stream.of(words(options, name, script)))
                      .toArray(String[]::new)));
    } finally {
      Installation.check(podman("kill", name));
    }
  }

  private static String[] words(String options, String name, String script) {
    return Stream.concat(
            Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()),
            Stream.of(name, "sh", "-c", script))
        .toArray(String[]::new);
  }

  // Words that make no sense.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec nobody true | container 'nobody': there is none of this name or id; 'jrun ps -a'"
            + " lists them",
        "exec             | the name or id of a container is missing; see 'jrun exec --help'",
        "exec web         | a command to run in the container is missing; see 'jrun exec --help'",
        "exec web true    | container 'web': does not run, it is exited",
        "exec -t -T web x | -t demands a terminal and -T refuses it; leave one of them out; see"
            + " 'jrun exec --help'",
        "exec --foo web x | unknown option '--foo'; see 'jrun exec --help'",
      })
  void wrongWordsAreOneSentence(String words, String sentence) throws Exception {
    startWeb(Caller.ROOT, "", "true");
    containers.output(Caller.ROOT, "wait", "web");
    assertThat(containers.jrun(Caller.ROOT, words.strip().split(" +")))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-w /nope | cannot change to the working directory /nope: it is not there",
        "-w nope  | working directory 'nope': must be absolute, such as '/nope'",
        "-e =x    | environment entry '=x': has no name; an entry is NAME=value, or NAME alone",
      })
  void whatCannotBeIsOneSentence(String options, String sentence) throws Exception {
    startWeb(Caller.ROOT, "", "sleep", "1000");
    assertThat(exec(Caller.ROOT, words(options, "web", "true")))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "\n"));
  }
}
