package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.jrootfs.runner.cli.CommandLineRun.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users type as the values of process options, good and bad. */
class ProcessOptionsInputTest {
  @TempDir Path work;
  private CommandLineRun run;

  @BeforeEach
  void makeImage() throws IOException {
    run = CommandLineRun.in(work);
    Files.writeString(work.resolve("nameless"), "A=1\n=2\n");
    Files.writeString(work.resolve("blank"), "A B=1\n");
    Files.write(work.resolve("latin"), new byte[] {'A', '=', (byte) 0xe4});
  }

  private Result jrun(List<String> options) {
    List<String> arguments = new ArrayList<>(options);
    arguments.add(run.rootfs().toString());
    arguments.add("sh");
    return run.jrun(arguments.toArray(new String[0]));
  }

  private List<String> words(String options) {
    return Splitter.on(' ')
        .splitToStream(options)
        .map(word -> word.replace("WORK", work.toString()).replace("``", ""))
        .toList();
  }

  /** Options, of which a pair of backticks is an empty value; then how the one sentence begins. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-u nobody                      | user 'nobody': the image's /etc/passwd has no user 'nobody'",
        "-u 4294967295                  | user '4294967295': '4294967295' is neither a name nor a number",
        "-u -1                          | user '-1': the image's /etc/passwd has no user '-1'",
        "-u ``                          | user '': a user is USER or USER:GROUP",
        "-u :0                          | user ':0': a user is USER or USER:GROUP",
        "-u root:                       | user 'root:': a user is USER or USER:GROUP",
        "-u root:nogroup                | user 'root:nogroup': the image's /etc/group has no group",
        "-u 0:0:0                       | user '0:0:0': a user is USER or USER:GROUP",
        "--group-add nogroup            | group 'nogroup': the image's /etc/group has no group",
        "--group-add 4294967295         | group '4294967295': '4294967295' is neither a name nor",
        "--group-add ``                 | group '': a group is a name or a number",
        "--umask 8                      | umask '8': must be octal, from 0000 to 0777",
        "--umask 1777                   | umask '1777': must be octal",
        "--umask ``                     | umask '': must be octal",
        "-e =x                          | environment entry '=x': has no name",
        "-e ``                          | environment entry '': has no name",
        "--env-file WORK/none           | WORK/none: no such file or directory",
        "--env-file WORK                | WORK: is a directory; environment",
        "--env-file /dev/zero           | /dev/zero: is larger than the 6291456",
        "--env-file WORK/nameless       | WORK/nameless: line 2: a variable has no name",
        "--env-file WORK/blank          | WORK/blank: line 1: the name 'A B' holds a space",
        "--env-file WORK/latin          | WORK/latin: is no UTF-8 text",
        "--env-file ``                  | the name of an --env-file is empty; see 'jrun --help'",
        "-w tmp                         | working directory 'tmp': must be absolute",
        "-w ``                          | working directory '': must be absolute",
        "--ulimit nofiles=1             | ulimit 'nofiles=1': the kernel limits no 'nofiles'; did you",
        "--ulimit nofile                | ulimit 'nofile': a limit is NAME=SOFT[:HARD]",
        "--ulimit nofile=2:1            | ulimit 'nofile=2:1': the soft limit is above the hard one",
        "--ulimit nofile=1k             | ulimit 'nofile=1k': a limit is NAME=SOFT[:HARD]",
        "--ulimit ``                    | ulimit '': the kernel limits no ''",
        "--sysctl kernel.pid_max=1      | sysctl 'kernel.pid_max=1': is the whole machine's",
        "--sysctl net.ipv4.ip_forward   | sysctl 'net.ipv4.ip_forward': a sysctl is NAME=VALUE",
        "--sysctl net.ipv4.ip_forward=  | sysctl 'net.ipv4.ip_forward=': has no value",
        "--sysctl net/../vm/swappiness=1 | sysctl 'net/../vm/swappiness=1': 'net/../vm/swappiness' is",
        "--sysctl kernel.hostname=x     | sysctl 'kernel.hostname=x': has an option of its own",
        "--sysctl ``                    | sysctl '': a sysctl is NAME=VALUE",
        "--network host --sysctl net.a=1 | sysctl 'net.a=1': belongs to the net namespace, which the",
        "--ipc host --sysctl kernel.sem=1 | sysctl 'kernel.sem=1': belongs to the ipc namespace, which",
        "--oom-score-adj 1001           | oom score adjustment '1001': must be a whole number",
        "--oom-score-adj -1001          | oom score adjustment '-1001': must be a whole number",
        "--oom-score-adj high           | oom score adjustment 'high': must be a whole number",
        "--oom-score-adj ``             | oom score adjustment '': must be a whole number",
        "--init --pid host              | init: can be the first process only in a pid namespace",
        "--stop-signal TREM             | stop signal 'TREM': is no signal",
        "--stop-signal 65               | stop signal '65': is no signal",
        "--stop-signal 0                | stop signal '0': is no signal",
        "--stop-signal ``               | stop signal '': is no signal",
        "--stop-timeout -1              | stop timeout '-1': must be whole seconds",
        "--stop-timeout soon            | stop timeout 'soon': must be whole seconds",
        "--stop-timeout 1000000000      | stop timeout '1000000000': must be whole seconds",
        "--timeout -1                   | timeout '-1': must be whole seconds",
        "--timeout 1.5                  | timeout '1.5': must be whole seconds",
        "--timeout ``                   | timeout '': must be whole seconds",
        "--cap-add NET_RWA              | --cap-add 'NET_RWA': is no capability; did you mean",
        "--cap-add ``                   | --cap-add '': is no capability",
        "--cap-drop CAP_NONE            | --cap-drop 'CAP_NONE': is no capability",
        "--cap-add kill --cap-drop KILL | capability KILL: is both added and dropped",
        "--cap-add all --cap-drop ALL   | capabilities: ALL cannot be both added and dropped",
        "--security-opt no-new-privileges=1 | --security-opt no-new-privileges=1 is neither true nor",
        "--security-opt no-new-privs    | no security option is called 'no-new-privs'",
        "--security-opt ``              | no security option is called ''",
        "-t -T                          | -t demands a terminal and -T refuses it",
        "--entrypoint `` -u nobody      | user 'nobody': the image's /etc/passwd has no user"
      })
  void badValueIsOneSentence(String options, String start) throws IOException {
    Result result = jrun(words(options));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("jrun: " + start.replace("WORK", work.toString()))
        .hasLineCount(1)
        .endsWith("\n");
    assertThat(run.plan()).isEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({
    "-u, --user",
    "--group-add, --group-add",
    "--umask, --umask",
    "-e, --env",
    "--env-file, --env-file",
    "-w, --workdir",
    "--ulimit, --ulimit",
    "--sysctl, --sysctl",
    "--oom-score-adj, --oom-score-adj",
    "--stop-signal, --stop-signal",
    "--stop-timeout, --stop-timeout",
    "--timeout, --timeout",
    "--cap-add, --cap-add",
    "--cap-drop, --cap-drop",
    "--security-opt, --security-opt"
  })
  void missingValueIsNamed(String option, String longest) {
    Result result = run.jrun(option);
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("jrun: option '" + longest + "' needs a value, ")
        .endsWith("; see 'jrun --help'\n")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"--init", "--privileged", "-t", "-T", "-i"})
  void flagTakesNoValue(String option) {
    Result result = jrun(List.of(option + "=maybe"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: ").hasLineCount(1);
  }

  /**
   * As podman and docker have it: a flag can be given as true or false, and the last one counts.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--init",
        "--privileged",
        "-T",
        "-i",
        "--read-only",
        "--explain",
        "--quiet",
        "--verbose"
      })
  void falseIsAsIfTheFlagWereNotThere(String flag) throws IOException {
    assertThat(jrun(List.of("-T=false"))).isEqualTo(new Result(0, "", ""));
    String without = run.planOfAnyContainer();
    assertThat(jrun(List.of(flag, flag + "=false"))).isEqualTo(new Result(0, "", ""));
    assertThat(run.planOfAnyContainer()).isEqualTo(without);
  }

  @Test
  void terminalThatIsFalseIsNone() throws IOException {
    String facts = "plan=" + run.plan() + ";userns=none;userns-note=;tty=0,1,2;uid=0;gid=0;pid=1";
    for (String option : List.of("--tty=false", "-T", "--no-tty=true")) {
      assertThat(run.jrunWith(facts, option, run.rootfs().toString(), "sh").status()).isZero();
      assertThat(run.plan()).content(StandardCharsets.ISO_8859_1).doesNotContain("TERM=xterm");
    }
    assertThat(run.jrunWith(facts, "-T=false", run.rootfs().toString(), "sh").status()).isZero();
    assertThat(run.plan()).content(StandardCharsets.ISO_8859_1).contains("TERM=xterm");
  }

  /** A file first, then the command line, whatever their order in it. */
  @Test
  void variablesOfTheCommandLineWinOverThoseOfFiles() throws IOException {
    Files.writeString(work.resolve("one"), "A=one\nB=one\nC=one\nLANG\n");
    Files.writeString(work.resolve("two"), "B=two\nC=two\n");
    List<String> options =
        List.of(
            "-e",
            "C=line",
            "--env-file",
            work.resolve("one").toString(),
            "--env-file",
            work.resolve("two").toString());
    assertThat(jrun(options).status()).isZero();
    assertThat(Files.readString(run.plan(), StandardCharsets.ISO_8859_1))
        .contains("A=one\0", "B=two\0", "C=line\0", "LANG=host-language\0")
        .doesNotContain("B=one", "C=one", "C=two");
  }
}
