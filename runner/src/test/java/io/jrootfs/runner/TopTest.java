package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The processes of containers, looked at from outside, beside what ps(1) says of them. */
@ExtendWith(LeakCheck.class)
class TopTest extends LiveTest {
  /** The rows without their headings, with one space between columns. */
  private List<String> rows(Caller caller, String... words) throws Exception {
    return output(caller, words).lines().skip(1).map(TopTest::single).toList();
  }

  private static String single(String line) {
    return line.strip().replaceAll(" +", " ");
  }

  private void await(Caller caller, String name, int processes) throws Exception {
    LivingContainers.await(
        "it has all its processes", () -> rows(caller, "top", name).size() == processes);
  }

  private static String onHost(String... command) throws Exception {
    return Installation.check(Caller.ROOT.execute(work, List.of(command))).out();
  }

  @Test
  void processesHaveANumberInsideAndOneOutside() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001 & sleep 1002 & wait");
    await(Caller.ROOT, "web", 3);
    assertThat(output(Caller.ROOT, "top", "web"))
        .startsWith("USER  PID  HPID")
        .contains("PPID  %CPU  ELAPSED  TTY  TIME      COMMAND\n");
    for (String row : rows(Caller.ROOT, "top", "web", "hpid,pid,ppid,pgid,state,nice,tty,comm")) {
      List<String> words = Splitter.on(' ').splitToList(row);
      String status = onHost("cat", "/proc/" + words.get(0) + "/status");
      assertThat(status).contains("NSpid:\t" + words.get(0) + "\t" + words.get(1) + "\n");
      assertThat(status).containsPattern("NSpgid:\t[0-9]+\t" + words.get(3) + "\n");
      assertThat(single(onHost("ps", "-o", "s=,ni=,tty=,comm=", "-p", words.get(0))))
          .isEqualTo(String.join(" ", words.subList(4, 8)));
      assertThat(words.get(2)).isEqualTo(words.get(1).equals("1") ? "0" : "1");
    }
  }

  /** busybox' ps reads the container's own /proc. */
  @Test
  void theyAreThoseThatAreSeenInside() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001 & sleep 1002 & wait");
    await(Caller.ROOT, "web", 3);
    List<String> inside =
        output(Caller.ROOT, "exec", "web", "busybox", "ps", "-o", "pid,ppid,vsz,args")
            .lines()
            .skip(1)
            .map(TopTest::single)
            .filter(line -> !line.contains("busybox ps"))
            .map(line -> line.replaceFirst("^([0-9]+ [0-9]+) [0-9.]+m?", "$1"))
            .toList();
    assertThat(rows(Caller.ROOT, "top", "web", "pid ppid", "args")).isEqualTo(inside);
  }

  @Test
  void whoEnteredIsThereAndTheHostsProcessesAreNot() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001");
    start(Caller.ROOT, "shared", "sleep 1002", "--pid=host");
    output(Caller.ROOT, "exec", "-d", "-u", "app", "web", "sleep", "1003");
    await(Caller.ROOT, "web", 2);
    assertThat(rows(Caller.ROOT, "top", "web", "user", "group", "args"))
        .containsExactly("root root sleep 1001", "app app sleep 1003");
    String pid = pid(Caller.ROOT, "shared");
    assertThat(rows(Caller.ROOT, "top", "shared", "pid,hpid,args"))
        .containsExactly(pid + " " + pid + " sleep 1002");
  }

  /** Of the only process of the container "web" whose arguments are these. */
  private String hostPid(String arguments) throws Exception {
    return rows(Caller.ROOT, "top", "web", "hpid", "args").stream()
        .filter(row -> row.endsWith(arguments))
        .map(row -> row.substring(0, row.indexOf(' ')))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoHasLeftItsMountsIsStillThere() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "busybox unshare -m sh -c 'sleep 1001 & exit'; sleep 1002",
        "--cap-add=SYS_ADMIN",
        "--security-opt=seccomp=unconfined");
    LivingContainers.await(
        "its parent has ended",
        () -> rows(Caller.ROOT, "top", "web", "ppid", "args").contains("1 sleep 1001"));
    assertThat(onHost("sh", "-c", "readlink /proc/$0/ns/mnt", hostPid(" sleep 1001")))
        .isNotEqualTo(onHost("sh", "-c", "readlink /proc/$0/ns/mnt", pid(Caller.ROOT, "web")));
  }

  @Test
  void whatATerminalWouldObeyIsShown() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001; : \u001b[2J\u0007\u009b31m");
    await(Caller.ROOT, "web", 2);
    assertThat(rows(Caller.ROOT, "top", "web", "args"))
        .containsExactly("sh -c sleep 1001; : \\x1b[2J\\x07\\x9b31m", "sleep 1001");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void usersAreThoseInsideAndThoseOutside(Caller caller) throws Exception {
    start(caller, "web", "sleep 1001");
    // What the user is called in his own /etc/passwd; nobody has named the other one.
    String outside = caller == Caller.ID_RANGES ? "ranges" : String.valueOf(caller.uid());
    assertThat(rows(caller, "top", "web", "pid,user,huser,hpid"))
        .containsExactly("1 root " + outside + " " + pid(caller, "web"));
  }

  @Test
  void usageIsWhatPsSays() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001", "-t");
    String pid = pid(Caller.ROOT, "web");
    assertThat(rows(Caller.ROOT, "top", "web", "vsz,rss,nice,tty,time,seccomp"))
        .containsExactly(
            single(onHost("ps", "-o", "vsz=,rss=,ni=", "-p", pid)) + " pts/0 00:00:00 filter");
  }

  @Test
  void codesOfPsAreWordsToo() throws Exception {
    start(Caller.ROOT, "web", "sleep 1001");
    assertThat(output(Caller.ROOT, "top", "web", "%p", "%U", "%a"))
        .isEqualTo("PID  USER  COMMAND\n1    root  sleep 1001\n");
  }

  @Test
  void whatCannotBeShownIsOneSentence() throws Exception {
    start(Caller.ROOT, "web", "exit 0");
    LivingContainers.await("it has ended", () -> output(Caller.ROOT, "ps", "-q").isEmpty());
    assertThat(jrun(Caller.ROOT, "top", "web"))
        .isEqualTo(new Result(125, "", "jrun: container 'web': does not run, it is exited\n"));
    assertThat(jrun(Caller.ROOT, "top", "web", "pid,etimes"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: there is no field 'etimes'; did you mean 'etime'? see 'jrun top --help'\n"));
    assertThat(jrun(Caller.ROOT, "top").err()).startsWith("jrun: the name or id of a container is");
  }
}
