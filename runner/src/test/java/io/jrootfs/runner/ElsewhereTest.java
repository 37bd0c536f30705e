package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.state.ProcessSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of other pid namespaces, machines and boots, among those of here. */
class ElsewhereTest extends LiveTest {
  private static final String OTHER_BOOT = "00000000-0000-4000-8000-000000000000";

  private Path record(String name) throws Exception {
    return containers.records(Caller.ROOT).resolve(name);
  }

  private String refusal(String name) throws Exception {
    return "jrun: container '"
        + name
        + "': was started on another machine or in another pid namespace and may run there; do"
        + " this there, or, if that is gone for good, remove the directory "
        + record(name)
        + "\n";
  }

  /** As if it had been started there, with a number and a start that a process of here has. */
  private void move(String name, String space) throws Exception {
    Path launcher = record(name).resolve("launcher");
    String[] words = Files.readString(launcher).split(" ", 3);
    Files.writeString(launcher, words[0] + " " + words[1] + space + "\n");
  }

  private void moveBack(String name) throws Exception {
    ProcessSpace here = ProcessSpace.here();
    move(name, " " + here.boot() + " " + here.pidNamespace() + " " + here.machine());
  }

  private boolean isAlive(String pid) {
    return Files.exists(Path.of("/proc", pid));
  }

  @Test
  void containersOfAnotherPidNamespaceAreLeftAlone() throws Exception {
    start(Caller.ROOT, "keep", "sleep 1000");
    start(Caller.ROOT, "rm", "sleep 1000", "--rm");
    List<String> pids = List.of(pid(Caller.ROOT, "keep"), pid(Caller.ROOT, "rm"));
    List<String> shell = new ArrayList<>(List.of("unshare", "-pf", "--mount-proc", "sh", "-c"));
    shell.add(
        """
        for words in "ps -a --format {{.Names}}:{{.Status}}" "stop -t 0 keep" "kill keep" \
            "wait keep" "rm keep" "rm -f rm" "pause keep" "exec keep true" \
            "--rm --name=rm $0 true"; do
          "$@" $words 2>&1
          echo $?
        done
        """);
    shell.add(image.toString());
    shell.addAll(containers.command(Caller.ROOT));
    Result seen = Caller.ROOT.execute(work, ImmutableList.copyOf(shell));
    StringBuilder expected = new StringBuilder("keep:Elsewhere\nrm:Elsewhere\n0\n");
    for (String name : List.of("keep", "keep", "keep", "keep", "rm", "keep", "keep")) {
      expected.append(refusal(name)).append("125\n");
    }
    expected.append(
        "jrun: container 'rm': is there already; remove it with 'jrun rm rm' or choose another"
            + " --name\n125\n");
    assertThat(seen).isEqualTo(new Result(0, expected.toString(), ""));
    assertThat(output(Caller.ROOT, "ps", "--format", "{{.Names}} {{.State}}"))
        .isEqualTo("keep running\nrm running\n");
    assertThat(pids).allMatch(this::isAlive);
  }

  @Test
  void recordOfAnEarlierBootIsOverWhoeverHasItsNumbersNow() throws Exception {
    start(Caller.ROOT, "old", "sleep 1000");
    String pid = pid(Caller.ROOT, "old");
    move("old", " " + OTHER_BOOT + " pid:[1] " + ProcessSpace.here().machine());
    assertThat(output(Caller.ROOT, "ps", "-a", "--format", "{{.Status}}")).isEqualTo("Dead\n");
    assertThat(jrun(Caller.ROOT, "wait", "old"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'old': ended when the machine did; nobody knows how it ended\n"));
    jrun(Caller.ROOT, "stop", "-t", "0", "old");
    jrun(Caller.ROOT, "kill", "old");
    assertThat(isAlive(pid)).isTrue();
    moveBack("old");
    assertThat(output(Caller.ROOT, "ps", "--format", "{{.State}}")).isEqualTo("running\n");
  }

  @Test
  void recordOfAnotherMachineIsNeitherSignalledNorSweptNorRemoved() throws Exception {
    start(Caller.ROOT, "far", "sleep 1000", "--rm");
    String pid = pid(Caller.ROOT, "far");
    move("far", " " + OTHER_BOOT + " pid:[4026531836] 0123456789abcdef0123456789abcdef");
    // Of a launcher whose number nobody has here and whose lock is not to be seen.
    Path copy = record("copy");
    Files.createDirectory(copy);
    for (String file : List.of("container.json", "command", "cgroups")) {
      Files.copy(record("far").resolve(file), copy.resolve(file));
    }
    Files.writeString(
        copy.resolve("launcher"),
        Files.readString(record("far").resolve("launcher")).replaceFirst("\\d+", "2147483647"));
    Files.createFile(copy.resolve("end"));
    assertThat(output(Caller.ROOT, "ps", "--format", "{{.State}}"))
        .isEqualTo("elsewhere\nelsewhere\n");
    assertThat(jrun(Caller.ROOT, "rm", "-f", "far")).isEqualTo(new Result(125, "", refusal("far")));
    assertThat(isAlive(pid)).isTrue();
    assertThat(copy.resolve("cgroups")).exists();
    moveBack("far");
    for (String file : List.of("container.json", "command", "cgroups", "launcher", "end", "")) {
      Files.delete(copy.resolve(file));
    }
  }

  @Test
  void recordsThatAreMadeElsewhereGoOn() throws Exception {
    start(Caller.ROOT, "one", "true");
    String machine = ProcessSpace.here().machine();
    Path others = record(".new-2147483647-1+" + OTHER_BOOT + "+pid:[1]+0123");
    Path past = record(".new-2147483647-1+" + OTHER_BOOT + "+pid:[1]+" + machine);
    Path dead = record(".new-2147483647-1+" + ProcessSpace.here().text('+'));
    Path nobodys = record(".new-x");
    for (Path directory : List.of(others, past, dead, nobodys)) {
      Files.createDirectory(directory);
    }
    output(Caller.ROOT, "ps");
    assertThat(List.of(others, nobodys)).allMatch(Files::exists);
    assertThat(List.of(past, dead)).noneMatch(Files::exists);
    Files.delete(others);
    Files.delete(nobodys);
  }

  @Test
  void recordsThatDoNotSayWhereTheyAreAreReadAsOfHere() throws Exception {
    start(Caller.ROOT, "before", "sleep 1000");
    move("before", "");
    assertThat(output(Caller.ROOT, "ps", "--format", "{{.State}}")).isEqualTo("running\n");
    output(Caller.ROOT, "stop", "-t", "0", "before");
    assertThat(output(Caller.ROOT, "wait", "before")).isEqualTo("143\n");
  }
}
