package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that are stopped where they are, and those that are removed while they run. */
@ExtendWith(LeakCheck.class)
class PauseTest extends LiveTest {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private String field(Caller caller, String name, String field) throws Exception {
    return containers.field(caller, name, field);
  }

  /** Clock ticks in user and system mode (proc(5), fields 14 and 15 of stat). */
  private static long ticks(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    List<String> fields =
        Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 2).strip());
    return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
  }

  /** The directories of this container's cgroups, by what the kernel says of its process. */
  private static List<Path> cgroups(String pid) throws IOException {
    String own = Files.readString(Path.of("/proc", pid, "cgroup"));
    Matcher name = Pattern.compile("/(jrun-[0-9a-f]{12})\n").matcher(own);
    assertThat(name.find()).as(own).isTrue();
    try (Stream<Path> all = Files.find(CGROUPS, 8, (p, a) -> p.endsWith(name.group(1)))) {
      return all.toList();
    }
  }

  @Test
  void pausedContainerStandsStillUntilItIsContinued() throws Exception {
    start(Caller.ROOT, "busy", "while :; do :; done");
    String pid = field(Caller.ROOT, "busy", "pid");
    LivingContainers.await("it works", () -> ticks(pid) > 5);
    assertThat(output(Caller.ROOT, "pause", "busy")).isEqualTo("busy\n");
    long before = ticks(pid);
    assertThat(output(Caller.ROOT, "ps")).containsPattern(" \\(Paused\\) +busy\n");
    assertThat(field(Caller.ROOT, "busy", "status")).isEqualTo("paused");
    assertThat(ticks(pid)).isEqualTo(before);
    assertThat(output(Caller.ROOT, "unpause", "busy")).isEqualTo("busy\n");
    LivingContainers.await("it works again", () -> ticks(pid) > before + 5);
    assertThat(field(Caller.ROOT, "busy", "status")).isEqualTo("running");
  }

  @Test
  void cgroupsOfTheRecordAreThoseOfTheProcess() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m", "--pids-limit=20");
    List<Path> cgroups = cgroups(field(Caller.ROOT, "web", "pid"));
    String json = output(Caller.ROOT, "inspect", "web");
    assertThat(cgroups).isNotEmpty().allMatch(cgroup -> json.contains("\"" + cgroup + "\""));
    assertThat(json).contains("\"memory\" : \"64m\"", "\"pids-limit\" : \"20\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "kill -s TERM", "stop", "rm -f"})
  void whatEndsAPausedContainerEndsIt(String words) throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    List<Path> cgroups = cgroups(field(Caller.ROOT, "web", "pid"));
    output(Caller.ROOT, "pause", "web");
    output(Caller.ROOT, (words + " web").split(" "));
    LivingContainers.await("it has ended", () -> output(Caller.ROOT, "ps", "-q").isEmpty());
    assertThat(output(Caller.ROOT, "ps", "-aq").isEmpty()).isEqualTo(words.equals("rm -f"));
    LivingContainers.await("its cgroups are gone", () -> cgroups.stream().noneMatch(Files::exists));
  }

  @Test
  void timeOfAPausedContainerEndsToo() throws Exception {
    start(Caller.ROOT, "short", "sleep 1000", "--timeout=3", "--stop-timeout=0");
    output(Caller.ROOT, "pause", "short");
    LivingContainers.await("it has ended", () -> output(Caller.ROOT, "ps", "-q").isEmpty());
  }

  @Test
  void whatIsSoAlreadyIsSaid() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    assertThat(jrun(Caller.ROOT, "unpause", "web"))
        .isEqualTo(new Result(125, "", "jrun: container 'web': is not paused\n"));
    output(Caller.ROOT, "pause", "web");
    assertThat(jrun(Caller.ROOT, "pause", "web"))
        .isEqualTo(new Result(125, "", "jrun: container 'web': is paused already\n"));
    output(Caller.ROOT, "stop", "web");
    assertThat(jrun(Caller.ROOT, "pause", "web"))
        .isEqualTo(new Result(125, "", "jrun: container 'web': does not run, it is exited\n"));
  }

  @Test
  void nobodyEntersAPausedContainer() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    output(Caller.ROOT, "pause", "web");
    assertThat(jrun(Caller.ROOT, "exec", "web", "id"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'web': is paused, and so would be whatever enters it; 'jrun unpause"
                    + " web' continues it\n"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void withoutAFreezerTheReasonIsSaid(Caller caller) throws Exception {
    start(caller, "web", "sleep 1000");
    Result result = jrun(caller, "pause", "web");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("jrun: container 'web': cannot be paused: it has no cgroup of its own")
        .hasLineCount(1);
    assertThat(field(caller, "web", "status")).isEqualTo("running");
  }

  // Removed while they run.

  @ParameterizedTest
  @EnumSource
  void containersThatRunAreRemovedByForceOnly(Caller caller) throws Exception {
    start(caller, "deaf", "trap '' TERM; while :; do sleep 1; done");
    start(caller, "done", "exit 0");
    LivingContainers.await("it has ended", () -> field(caller, "done", "status").equals("exited"));
    assertThat(jrun(caller, "rm", "deaf", "done"))
        .isEqualTo(
            new Result(
                125,
                "done\n",
                "jrun: container 'deaf': runs; stop it first, 'jrun stop deaf', or use 'jrun rm"
                    + " -f'\n"));
    String pid = field(caller, "deaf", "pid");
    assertThat(output(caller, "rm", "-f", "deaf")).isEqualTo("deaf\n");
    assertThat(Path.of("/proc", pid)).doesNotExist();
    assertThat(output(caller, "ps", "-aq")).isEmpty();
  }

  @Test
  void nameThatIsGivenTwiceIsRemovedOnce() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--rm");
    assertThat(output(Caller.ROOT, "rm", "-f", "web", "web")).isEqualTo("web\nweb\n");
  }

  // The number of its process.

  @ParameterizedTest
  @EnumSource
  void numberOfTheFirstProcessIsThereBeforeItBegins(Caller caller) throws Exception {
    Path file = caller.home(work).resolve("pid");
    Files.writeString(file, "an older one");
    Files.setAttribute(file, "unix:uid", caller.uid());
    String read =
        output(
            caller,
            "--pidfile=" + file,
            "-v" + file.getParent() + ":/home",
            image.toString(),
            "cat",
            "/home/pid");
    assertThat(read).matches("[0-9]+\n");
    assertThat(file).hasContent(read);
    start(caller, "web", "sleep 1000", "--pidfile=" + file);
    assertThat(file).hasContent(field(caller, "web", "pid"));
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertThat(left.filter(p -> p.getFileName().toString().startsWith("pid."))).isEmpty();
    }
  }

  @Test
  void fileThatCannotBeWrittenKeepsTheContainerFromStarting() throws Exception {
    assertThat(jrun(Caller.ROOT, "--pidfile=/no/such/pid", image.toString(), "echo", "started"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: cannot write the number of the container's process to /no/such/pid: its"
                    + " directory does not exist; create it first\n"));
  }
}
