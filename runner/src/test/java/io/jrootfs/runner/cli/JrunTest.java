package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cli.CommandLineRun.Result;
import io.jrootfs.runner.plan.LauncherFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as a contract: exit status and both streams. */
class JrunTest {
  @TempDir Path work;
  private Path plan;
  private Path rootfs;
  private CommandLineRun run;

  @BeforeEach
  void makeImage() throws IOException {
    run = CommandLineRun.in(work);
    plan = run.plan();
    rootfs = run.rootfs();
  }

  private Result jrun(String... arguments) {
    return run.jrun(arguments);
  }

  private Result jrunWith(String facts, String... arguments) {
    return run.jrunWith(facts, arguments);
  }

  private String plan() throws IOException {
    return Files.readString(plan, StandardCharsets.ISO_8859_1);
  }

  /** What is used every day, with everything else named. */
  @Test
  void helpIsOneScreen() {
    Result result = jrun("--help");
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .startsWith("Usage: jrun [OPTIONS] IMAGE [--] [COMMAND [ARG...]]\n")
        .contains("\nExamples:\n  jrun image.tar\n")
        .contains("  125   ")
        .contains("--volume")
        .contains("'jrun --help-all' lists every option.");
    assertThat(result.out().lines()).hasSizeLessThan(70).allMatch(line -> line.length() <= 100);
    String commands = result.out().substring(result.out().indexOf("Commands on containers:\n"));
    for (String name : Commands.names()) {
      assertThat(commands).containsPattern("\\b" + name + "\\b");
    }
  }

  @Test
  void helpOfAttachTellsWhoseStatusItIs() {
    assertThat(jrun("attach", "--help").out())
        .startsWith("Usage: jrun attach [OPTIONS] CONTAINER\n")
        .contains("   N     the container's own status; 128+N: ended by signal N\n")
        .contains("   0     also: left by the detach keys\n")
        .doesNotContain("     done\n");
  }

  @Test
  void helpOfUpdateHasNoDefaults() {
    assertThat(jrun("update", "--help").out()).doesNotContain("default");
  }

  @Test
  void wholeHelpIsComplete() {
    Result result = jrun("--help-all");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("Usage: jrun [OPTIONS] IMAGE [--] [COMMAND [ARG...]]\n")
        .contains("\nExamples:\n  jrun image.tar\n")
        .contains("  125   ")
        .contains("  126   ")
        .contains("  127   ");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  /** What the help shows can be typed: every option it names is known. */
  @Test
  void everyOptionOfTheHelpIsAccepted() {
    Matcher options =
        Pattern.compile("^ {2}(?:-(\\w), | {4})(--[\\w-]+)(=?)", Pattern.MULTILINE)
            .matcher(jrun("--help-all").out());
    int count = 0;
    while (options.find()) {
      count++;
      Result result =
          options.group(3).isEmpty()
              ? jrun(options.group(2), "--help")
              : jrun(options.group(2), "x", "--help");
      assertThat(result.status()).as(options.group(2)).isZero();
    }
    assertThat(count).isEqualTo(81);
  }

  @Test
  void versionNamesJrunJavaAndKernel() {
    Result result = jrun("--version");
    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("jrun .*\nJava 1.*\nLinux .*\n|jrun .*\nJava 2.*\nLinux .*\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "                          | an image is missing",
        "--explain                 | an image is missing",
        "--memry 1g x              | unknown option '--memry'; did you mean '--memory'?",
        "--hostnam x y             | unknown option '--hostnam'; did you mean '--hostname'?",
        "-e                        | option '--env' needs a value, NAME[=VALUE]",
        "-z x                      | unknown option '-z'",
        "-z                        | unknown option '-z'",
        "--hostnam                 | unknown option '--hostnam'; did you mean '--hostname'?",
        "-t -T x                   | -t demands a terminal and -T refuses it; leave one of them out",
        "--security-opt secomp=x x | no security option is called 'secomp'; there are seccomp and no-new-privileges",
        "--security-opt seccomp x  | --security-opt seccomp needs a value, =FILE or =unconfined",
        "--security-opt seccomp= x | --security-opt seccomp needs a value, =FILE or =unconfined",
        "--security-opt no-new-privileges=yes x | --security-opt no-new-privileges=yes is neither true nor false",
        "--security-opt seccomp=unconfined --security-opt seccomp=a x | --security-opt seccomp is given twice; leave one of them out",
        "--security-opt no-new-privileges --security-opt no-new-privileges=false x | --security-opt no-new-privileges is given twice; leave one of them out",
      })
  void wrongUseIsOneLineWithWhereToLook(String arguments, String sentence) {
    Result result = jrun(arguments == null ? new String[0] : arguments.trim().split(" "));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "jrun: " + sentence + (sentence.endsWith("?") ? " " : "; ") + "see 'jrun --help'\n");
  }

  @Test
  void emptyImageNameIsWrongUse() {
    assertThat(jrun("", "sh"))
        .isEqualTo(new Result(125, "", "jrun: the image's name is empty; see 'jrun --help'\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-v data:/x ROOT sh      | volume 'data:/x': the host's path must start with",
        "-v ./no-such:/x ROOT sh | volume './no-such:/x': './no-such' does not exist",
        "--tmpfs x ROOT sh       | tmpfs 'x': the path inside the container must be absolute",
        "-u 1x ROOT sh           | user '1x': ",
        "-u nobody ROOT sh       | user 'nobody': the image's /etc/passwd has no user 'nobody'",
        "-w tmp ROOT sh          | working directory 'tmp': must be absolute",
        "--hostname a_b ROOT sh  | hostname 'a_b': ",
        "--network bridg ROOT sh | --network 'bridg': is unknown; did you mean 'bridge'?",
        "--network= ROOT sh      | --network '': is unknown; there are none, private, host, bridge, pasta, container:NAME, ns:PATH",
        "--pid ns:x ROOT sh      | --pid 'ns:x': the path must be absolute",
        "--ipc x ROOT sh         | --ipc 'x': is unknown; there are none, private, shareable, host, container:NAME, ns:PATH",
        "--cgroupns container:a ROOT sh | container 'a': there is none of this name or id",
        "--uts host --hostname a ROOT sh | hostname 'a': cannot be set in a UTS namespace",
        "--uts host --domainname a ROOT sh | domain name 'a': cannot be set in a UTS namespace",
        "--domainname a_b ROOT sh | domain name 'a_b': must be letters",
        "--userns keep-id ROOT sh | user namespace 'keep-id': is for ordinary users",
        "--userns private ROOT sh | user namespace 'private': root has to say which ids",
        "--userns ns:/x ROOT sh  | user namespace 'ns:/x': its id map cannot be read",
        "--userns host --gidmap 0:1:1 ROOT sh | --userns 'host': --uidmap and --gidmap are for",
        "--uidmap 0:1 ROOT sh    | --uidmap '0:1': a map is CONTAINER:HOST:SIZE",
        "--uidmap 1:1:1 ROOT sh  | --uidmap '1:1:1': no one is the container's root",
        "--gidmap 0:1:9 --gidmap 3:50:1 ROOT sh | --gidmap '3:50:1': gives an id that '0:1:9' gives",
        "--uidmap 0:1:9 --pid ns:/x ROOT sh | pid namespace 'ns:/x': cannot be joined from a new user",
        "--time-offset x=1 ROOT sh | --time-offset 'x=1': 'x=1' is neither monotonic=SECONDS",
        "ROOT                    | nothing to run: the image has neither Entrypoint nor Cmd",
        "ROOT --                 | nothing to run: ",
        "-e =x ROOT sh           | environment entry '=x': has no name",
        "/no/such/image sh       | /no/such/image: no such file or directory",
        "stopp                   | stopp: no such file or directory; did you mean the command 'stop'? See 'jrun --help'",
        "run ROOT                | run: no such file or directory; an image is run without a word before it: 'jrun",
        "alpine:3 sh             | alpine:3: no such file or directory; if that is an image in a registry, fetch it first: 'jbuild pull alpine:3 -o image.tar'",
        "--add-host a:host-gateway ROOT sh | --add-host 'a:host-gateway': there is a gateway only with",
        "/dev/null sh            | /dev/null: ",
        "/etc/passwd sh          | /etc/passwd: ",
        "--security-opt seccomp=no-such ROOT sh | seccomp profile 'no-such': does not exist",
        "--security-opt seccomp=/dev/zero ROOT sh | seccomp profile '/dev/zero': is not a regular",
        "EMPTY sh                | EMPTY: "
      })
  void whatCannotBeSetUpIsOneSentence(String arguments, String start) throws IOException {
    Path empty = Files.createDirectories(work.resolve("empty"));
    Result result =
        jrun(
            Stream.of(arguments.trim().split(" "))
                .map(word -> word.replace("ROOT", rootfs.toString()))
                .map(word -> word.replace("EMPTY", empty.toString()))
                .toArray(String[]::new));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("jrun: " + start.replace("EMPTY", empty.toString()))
        .hasLineCount(1);
    assertThat(plan()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web         | ; did you mean WORK/web.tar or WORK/web.tar.gz?",
        "wbe.tar     | ; did you mean WORK/web.tar?",
        "web.tar.gzz | ; did you mean WORK/web.tar.gz?",
        "other       | ''",
      })
  void imageThatWasProbablyMeantIsNamed(String name, String hint) throws IOException {
    for (String image : ImmutableList.of("web.tar", "web.tar.gz", "webs")) {
      Files.createFile(work.resolve(image));
    }
    assertThat(jrun(work.resolve(name).toString()).err())
        .isEqualTo(
            "jrun: %s: no such file or directory%s\n"
                .formatted(work.resolve(name), hint.replace("WORK", work.toString())));
  }

  @Test
  void planIsHandedToTheLauncher() throws IOException {
    Result result = jrun(rootfs.toString(), "prog", "-x");
    assertThat(result).isEqualTo(new Result(0, "", ""));
    assertThat(plan()).startsWith("jrunplan").contains("/usr/bin/prog\0").contains("prog\0-x\0");
  }

  @Test
  void everythingAfterTheImageIsTheCommands() throws IOException {
    jrun(rootfs.toString(), "prog", "--explain", "-e", "--", "@file");
    assertThat(plan()).contains("prog\0--explain\0-e\0--\0@file\0");
    jrun("--", rootfs.toString(), "--", "prog", "--");
    assertThat(plan()).contains("prog\0--\0");
  }

  @Test
  void valuesAreTakenAsTheyAre() throws IOException {
    jrun("-e", "A=@b", "-eB=$c ${d}", "-e", "C=\"q\"", "-e", "-D=1", rootfs.toString(), "prog");
    assertThat(plan()).contains("A=@b\0", "B=$c ${d}\0", "C=\"q\"\0", "-D=1\0");
  }

  @Test
  void lastOfSeveralSingleValuesCounts() throws IOException {
    jrun("-w", "/a", "-w", "/b", rootfs.toString(), "prog");
    assertThat(plan()).contains("/b\0").doesNotContain("/a\0");
  }

  @Test
  void clusteredFlagsAreSeparateOnes() throws IOException {
    jrun("-ti", rootfs.toString(), "prog");
    assertThat(plan()).contains("TERM=xterm\0");
  }

  @Test
  void terminalIsGivenWhenInputAndOutputAreOne() throws IOException {
    String facts = "plan=" + plan + ";userns=none;userns-note=;tty=%s;uid=0;gid=0;pid=1";
    jrunWith(facts.formatted("0,1,2"), rootfs.toString(), "prog");
    assertThat(plan()).contains("TERM=xterm\0");
    jrunWith(facts.formatted("0,2"), rootfs.toString(), "prog");
    assertThat(plan()).doesNotContain("TERM=xterm\0");
    jrunWith(facts.formatted("0,1,2"), "-T", rootfs.toString(), "prog");
    assertThat(plan()).doesNotContain("TERM=xterm\0");
  }

  @Test
  void theLaunchersMessageCannotBeCopiedIntoTheContainer() throws IOException {
    jrun("-e", LauncherFacts.VARIABLE, "-e", "LANG", rootfs.toString(), "prog");
    assertThat(plan()).contains("LANG=host-language\0").doesNotContain(LauncherFacts.VARIABLE);
  }

  @Test
  void explainPrintsThePlanAndWritesNothing() throws IOException {
    Result result = jrun("--explain", rootfs.toString(), "prog");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("lowerdir=" + rootfs).doesNotContain("would be unpacked");
    assertThat(plan()).isEmpty();
    assertThat(work.resolve("cache")).doesNotExist();
  }

  @Test
  void withoutTheLauncherTheRightProgramIsNamed() {
    Result result = jrunWith("", rootfs.toString(), "prog");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("bin/jrun").hasLineCount(1);
  }

  @Test
  void refusedUserNamespaceSaysWhatToDo() throws IOException {
    Result result =
        jrunWith(
            "plan=" + plan + ";userns=refused:1;userns-note=;tty=;uid=1000;gid=1000;pid=1",
            rootfs.toString(),
            "prog");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("jrun: cannot create a user namespace: not permitted; ")
        .hasLineCount(1);
    assertThat(plan()).isEmpty();
  }

  @Test
  void defectHasItsOwnStatusAndAsksForAReport() {
    Result result = jrunWith("nonsense", rootfs.toString(), "prog");
    assertThat(result.status()).isEqualTo(70);
    assertThat(result.err()).contains("please report").contains("\tat io.jrootfs.runner");
  }

  @Test
  void stackTraceOfAnErrorIsShownOnlyWhenAsked() {
    assertThat(jrun("/no/such", "x").err()).doesNotContain("\tat ");
    assertThat(jrun("--verbose", "/no/such", "x").err()).contains("\tat ");
  }

  @Test
  void messageCannotCommandTheTerminal() {
    Result result = jrun("-u", "\u001b]0;title\u0007\r\u009b2J", rootfs.toString(), "sh");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .contains("'\\x1b]0;title\\x07\\x0d\\x9b2J'")
        .hasLineCount(1)
        .doesNotContain("\u001b", "\u009b", "\r");
  }

  @Test
  void aReaderThatLeavesIsNoErrorToTalkAbout() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--help")
            .start();
    // Long before a JVM could have written something.
    process.getInputStream().close();
    assertThat(process.getErrorStream().readAllBytes()).asString().isEmpty();
    assertThat(process.waitFor()).isEqualTo(141);
  }
}
