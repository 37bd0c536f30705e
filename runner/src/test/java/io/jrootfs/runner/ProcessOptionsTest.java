package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the process options do to a process, as root and as ordinary users. */
class ProcessOptionsTest {
  @TempDir static Path work;
  private static Installation installation;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    Path rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static ImmutableList<String> command(String options, String script) {
    return ImmutableList.<String>builder()
        .add(installation.jrun().toString())
        .addAll(Splitter.on(' ').omitEmptyStrings().split(options))
        .add(image.toString(), "sh", "-c", script)
        .build();
  }

  private static Result jrun(Caller caller, String options, String script)
      throws IOException, InterruptedException {
    return caller.execute(work, command(options, script));
  }

  private static String output(Caller caller, String options, String script)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, options, script)).out();
  }

  // Who it is.

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "ID_RANGES"})
  void userGroupsUmaskAndDirectoryAreThoseAskedFor(Caller caller) throws Exception {
    String show =
        "id -u; id -g; grep Groups /proc/self/status; echo $HOME; pwd; umask;"
            + " touch /tmp/new; stat -c %a:%u:%g /tmp/new";
    assertThat(
            output(
                caller, "-u app --group-add video --group-add 7 --umask 0027 -w /home/app", show))
        .isEqualTo("1000\n1001\nGroups:\t7 44 1001 \n/home/app\n/home/app\n0027\n640:1000:1001\n");
    assertThat(output(caller, "--user 1000:44", show))
        .isEqualTo("1000\n44\nGroups:\t44 \n/home/app\n/\n0022\n644:1000:44\n");
    assertThat(output(caller, "-u 4242:4243 -e HOME=/elsewhere", show))
        .isEqualTo("4242\n4243\nGroups:\t4243 \n/elsewhere\n/\n0022\n644:4242:4243\n");
  }

  @Test
  void withASingleIdRootHasNoGroupsAndAUmask() throws Exception {
    assertThat(
            output(Caller.SINGLE_ID, "--umask 77", "id -u; umask; grep Groups /proc/self/status"))
        .matches("0\n0077\nGroups:\t *\n");
    Result result = jrun(Caller.SINGLE_ID, "--group-add video", "true");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: group 'video': cannot be added").hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void variablesComeFromFilesAndTheCommandLine(Caller caller) throws Exception {
    Path file =
        Files.writeString(
            work.resolve("variables"),
            """
            A=1
            # B=1
            C=a  b
            HOME
            D=file
            """);
    assertThat(
            output(
                caller,
                "--env-file " + file + " -e D=line -e SECRET_OF_THE_HOST",
                "echo \"$A-$B-$C-$D-$SECRET_OF_THE_HOST\"; test \"$HOME\" = "
                    + caller.home(work)
                    + " && echo copied"))
        .isEqualTo("1--a  b-line-leaked\ncopied\n");
  }

  /** As a shell's {@code <(command)} is: it can be read once, and says another thing each time. */
  @ParameterizedTest
  @EnumSource
  void variablesComeFromAPipe(Caller caller) throws Exception {
    Path pipe = work.resolve("pipe-of-" + caller);
    Images.check(work, "mkfifo " + pipe);
    for (String value : new String[] {"one", "another"}) {
      CompletableFuture<Path> written =
          CompletableFuture.supplyAsync(() -> write(pipe, "A=" + value + "\n"));
      assertThat(output(caller, "--env-file " + pipe, "echo $A")).isEqualTo(value + "\n");
      written.join();
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What it is held to.

  @ParameterizedTest
  @EnumSource
  void resourceLimitsAreSetAndEnforced(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "--ulimit nofile=64:128 --ulimit fsize=1024 --ulimit core=0",
                "ulimit -Sn; ulimit -Hn; ulimit -c;"
                    + " (busybox head -c 4096 /dev/zero >/tmp/x) 2>/dev/null; echo $?;"
                    + " stat -c %s /tmp/x"))
        .isEqualTo("64\n128\n0\n153\n1024\n"); // 128 + SIGXFSZ
  }

  /** What nobody has named is as the caller has it, except that nothing dumps its memory. */
  @ParameterizedTest
  @EnumSource
  void otherLimitsAreTheCallers(Caller caller) throws Exception {
    String limits = "grep -E 'open files|stack|core' /proc/self/limits";
    List<String> limited =
        Stream.concat(
                Stream.of("prlimit", "--nofile=77:99", "--stack=1048576:2097152", "--core=0:4096"),
                command("", limits).stream())
            .toList();
    assertThat(
            Installation.check(caller.execute(work, limited))
                .out()
                .replaceAll(" +", " ")
                .replace(" \n", "\n"))
        .isEqualTo(
            """
            Max stack size 1048576 2097152 bytes
            Max core file size 1 1 bytes
            Max open files 77 99 files
            """);
  }

  @Test
  void ordinaryUserCannotRaiseALimitOrLowerTheOomScore() throws Exception {
    ImmutableList<String> limited =
        ImmutableList.<String>builder()
            .add("prlimit", "--nofile=500:500")
            .addAll(command("-q --ulimit nofile=501", "true"))
            .build();
    Result raised = Caller.SINGLE_ID.execute(work, limited);
    assertThat(raised.status()).isEqualTo(125);
    assertThat(raised.err())
        .startsWith("jrun: cannot raise the limit nofile to 501: your own hard limit is lower")
        .hasLineCount(1);
    Result lowered = jrun(Caller.SINGLE_ID, "-q --oom-score-adj -1000", "true");
    assertThat(lowered.status()).isEqualTo(125);
    assertThat(lowered.err())
        .startsWith("jrun: cannot set the oom score adjustment -1000: your own is higher")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void sysctlsOfOwnNamespacesAndOomScoreAreSet(Caller caller) throws Exception {
    String before = sysctl("net/ipv4/ip_default_ttl");
    assertThat(
            output(
                caller,
                "--sysctl net.ipv4.ip_default_ttl=33 --sysctl net/ipv4/conf/lo/forwarding=1"
                    + " --sysctl kernel.shmmax=4000 --sysctl fs.mqueue.msg_max=5"
                    + " --oom-score-adj 500",
                "cd /proc/sys; cat net/ipv4/ip_default_ttl net/ipv4/conf/lo/forwarding"
                    + " kernel/shmmax fs/mqueue/msg_max /proc/self/oom_score_adj;"
                    + " (echo 1 >net/ipv4/ip_default_ttl) 2>/dev/null || echo read-only"))
        .isEqualTo("33\n1\n4000\n5\n500\nread-only\n");
    assertThat(sysctl("net/ipv4/ip_default_ttl")).isEqualTo(before).isNotEqualTo("33");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sysctl net.no.such=1 | cannot set sysctl net.no.such to '1': this kernel has no such",
        "--sysctl net.ipv4.ip_forward=x | cannot set sysctl net.ipv4.ip_forward to 'x': the kernel",
        "--sysctl net.ipv4=1 | cannot set sysctl net.ipv4 to '1': Is a directory",
        "-w /etc/passwd | cannot change to the working directory /etc/passwd: something that is no",
        "-w /etc/passwd/x | cannot change to the working directory /etc/passwd/x: something that",
        "-w /proc/1/cwd/.. | cannot change to the working directory /proc/1/cwd/..: links lead",
        "--cap-drop ALL --cap-add BLOCK_SUSPEND,SYS_TIEM | --cap-add 'SYS_TIEM': is no capability"
      })
  void whatTheKernelRefusesIsOneSentence(String options, String start) throws Exception {
    Result result = jrun(Caller.ROOT, options, "true");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("jrun: " + start).hasLineCount(1);
  }

  // How long it runs.

  @Test
  void timeoutAsksByTheStopSignal() throws Exception {
    assertThat(
            jrun(
                Caller.SINGLE_ID,
                "--timeout 1 --stop-signal SIGUSR1",
                "trap 'echo asked; exit 4' USR1; while :; do sleep 0.05; done"))
        .isEqualTo(
            new Result(
                255, "asked\n", "jrun: the container was ended after its 1 s (--timeout)\n"));
  }

  @Test
  void whoDoesNotEndIsKilledAfterTheStopTimeout() throws Exception {
    assertThat(
            jrun(
                Caller.ROOT,
                "--timeout 1 --stop-timeout 0 --init",
                "trap '' TERM; while :; do sleep 0.05; done"))
        .isEqualTo(
            new Result(255, "", "jrun: the container was ended after its 1 s (--timeout)\n"));
    // One that ends in time knows nothing of it.
    assertThat(jrun(Caller.ROOT, "--timeout 999999999", "exit 5")).isEqualTo(new Result(5, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void commandIsTheChildOfAnInit(Caller caller) throws Exception {
    assertThat(jrun(caller, "--init", "echo $$; cat /proc/1/comm; exit 7"))
        .isEqualTo(new Result(7, "2\ninit\n", ""));
  }

  // What it may do.

  @ParameterizedTest
  @EnumSource
  void capabilitiesAreAddedAndDropped(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "--cap-add net_raw,CAP_SYS_TIME --cap-drop CHOWN --cap-drop cap_kill",
                "grep Cap /proc/self/status; chown 5:5 /etc/passwd 2>/dev/null || echo refused"))
        .isEqualTo(
            """
            CapInh:\t0000000000000000
            CapPrm:\t00000000820425da
            CapEff:\t00000000820425da
            CapBnd:\t00000000820425da
            CapAmb:\t0000000000000000
            refused
            """);
    assertThat(output(caller, "--cap-drop all", "grep CapBnd /proc/self/status"))
        .isEqualTo("CapBnd:\t0000000000000000\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "ID_RANGES"})
  void userOtherThanRootHasWhatIsAddedAndNothingElse(Caller caller) throws Exception {
    assertThat(
            output(caller, "-u app --cap-add NET_RAW", "grep -E 'Cap(Eff|Amb)' /proc/self/status"))
        .isEqualTo("CapEff:\t0000000000002000\nCapAmb:\t0000000000002000\n");
  }

  @ParameterizedTest
  @EnumSource
  void privilegedHasAllThatJrunHas(Caller caller) throws Exception {
    // In a user namespace of one's own one has all that the kernel knows.
    String all = caller == Caller.ROOT ? capabilitiesOf("self") : all();
    assertThat(
            output(
                caller,
                "--privileged",
                "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status;"
                    + " echo 33 >/proc/sys/net/ipv4/ip_default_ttl && echo written"))
        .isEqualTo(
            "CapEff:\t%1$s\nCapBnd:\t%1$s\nNoNewPrivs:\t0\nSeccomp:\t0\nwritten\n".formatted(all));
  }

  /** By cat: the kernel gives such a file in one read(2) only, and Java reads one byte first. */
  private static String sysctl(String name) throws Exception {
    return Installation.check(Caller.ROOT.execute(work, List.of("cat", "/proc/sys/" + name)))
        .out()
        .strip();
  }

  private static String capabilitiesOf(String pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
        .filter(line -> line.startsWith("CapBnd:"))
        .map(line -> line.substring("CapBnd:\t".length()))
        .findFirst()
        .orElseThrow();
  }

  private static String all() throws Exception {
    int last = Integer.parseInt(sysctl("kernel/cap_last_cap"));
    return "%016x".formatted((1L << (last + 1)) - 1);
  }

  // The terminal.

  /** On a terminal it has one of its own, of that size; afterwards the user's is as before. */
  @Test
  void terminalIsGivenWhereThereIsOneUnlessRefused() throws Exception {
    String inside = "busybox stty size; busybox tty; echo $TERM; ls /dev/console";
    String jrun = installation.jrun().toString();
    String script =
        """
        stty rows 17 cols 71
        stty -g
        %1$s %2$s sh -c '%3$s'
        %1$s -T %2$s sh -c '%3$s' 2>/dev/null
        %1$s %2$s nonesuch 2>/dev/null
        stty -g
        """
            .formatted(jrun, image, inside);
    Result result =
        Caller.ROOT.execute(
            work, List.of("env", "SHELL=/bin/bash", "script", "-qec", script, "/dev/null"));
    // script(1) types what ends an input, which a terminal repeats as ^@.
    List<String> lines = result.out().replace("\r", "").replace("^@", "").lines().toList();
    assertThat(lines)
        .hasSize(9)
        .containsSubsequence(
            "17 71", "/dev/pts/0", "xterm", "/dev/console", "17 71", "not a tty", "");
    assertThat(lines.get(8)).isEqualTo(lines.get(0));
  }
}
