package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Namespaces that are private, the host's, or another container's. */
class NamespacesTest {
  /** Link in /proc/PID/ns to the option. */
  private static final ImmutableMap<String, String> OPTIONS =
      ImmutableMap.of(
          "net",
          "--network",
          "pid",
          "--pid",
          "ipc",
          "--ipc",
          "uts",
          "--uts",
          "cgroup",
          "--cgroupns");

  private static final String SHOW =
      "for k in " + String.join(" ", OPTIONS.keySet()) + "; do readlink /proc/self/ns/$k; done";

  @TempDir static Path work;
  static Installation installation;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    image =
        Images.tar(
            Images.rootfs(Files.createDirectory(work.resolve("rootfs"))),
            work.resolve("image.tar"));
  }

  private static ImmutableList<String> command(List<String> options, String script) {
    return ImmutableList.<String>builder()
        .add(installation.jrun().toString())
        .addAll(options)
        .add(image.toString(), "sh", "-c", script)
        .build();
  }

  private static Result jrun(Caller caller, List<String> options, String script)
      throws IOException, InterruptedException {
    return caller.execute(work, command(options, script));
  }

  private static String output(Caller caller, List<String> options, String script)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, options, script)).out();
  }

  /** What the links of a process's namespaces say, in the order of the options. */
  private static List<String> namespacesOf(String pid) throws IOException {
    List<String> links = new ArrayList<>();
    for (String kind : OPTIONS.keySet()) {
      links.add(Files.readSymbolicLink(Path.of("/proc", pid, "ns", kind)).toString());
    }
    return links;
  }

  private static List<String> lines(String text) {
    return Splitter.on('\n').omitEmptyStrings().splitToList(text);
  }

  private static List<String> all(String mode) {
    return OPTIONS.values().stream().map(option -> option + "=" + mode).toList();
  }

  /** The options that join every namespace of a process. */
  private static List<String> joining(long pid) {
    return OPTIONS.entrySet().stream()
        .map(option -> option.getValue() + "=ns:/proc/" + pid + "/ns/" + option.getKey())
        .toList();
  }

  private static List<String> with(List<String> options, String... more) {
    return Stream.concat(options.stream(), Arrays.stream(more)).toList();
  }

  /** A container that runs until it is closed. */
  private record Running(Process launcher, long pid) implements AutoCloseable {
    static Running start(Caller caller, List<String> options) throws IOException {
      Process launcher = caller.builder(work, command(options, "echo up; exec sleep 1000")).start();
      BufferedReader out = launcher.inputReader();
      assertThat(out.readLine()).isEqualTo("up");
      // Its other child keeps the cgroups, and is a copy of the launcher.
      String ours = launcher.info().command().orElseThrow();
      return new Running(
          launcher,
          launcher
              .children()
              .filter(child -> !child.info().command().equals(Optional.of(ours)))
              .findFirst()
              .orElseThrow()
              .pid());
    }

    @Override
    public void close() {
      launcher.destroy();
      launcher.onExit().join();
    }
  }

  // Private and the host's.

  @ParameterizedTest
  @EnumSource
  void privateIsAnotherAndHostIsTheSame(Caller caller) throws Exception {
    List<String> host = namespacesOf("self");
    assertThat(lines(output(caller, all("private"), SHOW)))
        .hasSameSizeAs(host)
        .doesNotContainAnyElementsOf(host);
    assertThat(lines(output(caller, all("host"), SHOW))).isEqualTo(host);
    assertThat(lines(output(caller, List.of(), SHOW))).doesNotContainAnyElementsOf(host);
  }

  /** bubblewrap's and unshare's containers have the same namespaces of their own as ours. */
  @Test
  void privateIsWhatOtherToolsHave() throws Exception {
    String host = String.join("|", namespacesOf("self"));
    String count = SHOW + " | grep -vcE '" + host.replace("[", ".").replace("]", ".") + "'";
    List<String> root = List.of("--ro-bind", "/", "/", "--proc", "/proc");
    ImmutableList<String> bwrap =
        ImmutableList.<String>builder()
            .add("bwrap", "--unshare-all")
            .addAll(root)
            .add("sh", "-c", count)
            .build();
    assertThat(output(Caller.SINGLE_ID, List.of(), count))
        .isEqualTo(Installation.check(Caller.SINGLE_ID.execute(work, bwrap)).out())
        .isEqualTo("5\n");
    ImmutableList<String> unshare =
        ImmutableList.of("unshare", "-muinpCf", "--mount-proc", "sh", "-c", count);
    assertThat(output(Caller.ROOT, List.of(), count))
        .isEqualTo(Installation.check(Caller.ROOT.execute(work, unshare)).out());
  }

  @ParameterizedTest
  @EnumSource
  void hostsProcessesAreSeenAndItsSecretsAreNot(Caller caller) throws Exception {
    long self = ProcessHandle.current().pid();
    assertThat(
            output(
                caller,
                List.of("--pid=host"),
                "cat /proc/"
                    + self
                    + "/comm; cat /proc/keys /proc/timer_list;"
                    + " (echo x >/proc/sysrq-trigger) 2>/dev/null || echo refused"))
        .isEqualTo(Files.readString(Path.of("/proc/self/comm")) + "refused\n");
  }

  @ParameterizedTest
  @EnumSource
  void withoutPidNamespaceTheContainersProcessStillEndsWithJrun(Caller caller) throws Exception {
    Running running = Running.start(caller, List.of("--pid=host"));
    running.launcher().destroyForcibly().onExit().join();
    ProcessHandle.of(running.pid()).ifPresent(process -> process.onExit().join());
    assertThat(Path.of("/proc", Long.toString(running.pid()))).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void hostsIpcSharesItsSharedMemory(Caller caller) throws Exception {
    Path shared = Files.createTempFile(Path.of("/dev/shm"), "jrun", null);
    try {
      String look = "ls " + shared + " 2>/dev/null || echo absent";
      assertThat(output(caller, List.of("--ipc=host"), look)).isEqualTo(shared + "\n");
      assertThat(output(caller, List.of("--ipc=private"), look)).isEqualTo("absent\n");
    } finally {
      Files.delete(shared);
    }
    assertThat(output(caller, List.of("--ipc=none"), "ls -d /dev/shm 2>&1 || echo absent"))
        .contains("absent");
  }

  @ParameterizedTest
  @EnumSource
  void hostsNameIsTheHosts(Caller caller) throws Exception {
    String name = Files.readString(Path.of("/proc/sys/kernel/hostname"));
    assertThat(output(caller, List.of("--uts=host"), "hostname; echo $HOSTNAME"))
        .isEqualTo(name + name);
  }

  @ParameterizedTest
  @EnumSource
  void namesAreSet(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                List.of("--hostname=box", "--domainname=example.org"),
                "hostname; cat /proc/sys/kernel/domainname"))
        .isEqualTo("box\nexample.org\n");
  }

  // Clocks.

  @ParameterizedTest
  @EnumSource
  void clocksAreAheadByTheOffset(Caller caller) throws Exception {
    String time = Files.readSymbolicLink(Path.of("/proc/self/ns/time")).toString();
    double before = seconds(Files.readString(Path.of("/proc/uptime")));
    List<String> out =
        lines(
            output(
                caller,
                List.of("--time-offset=boottime=86400.5,monotonic=-0.25"),
                "cat /proc/uptime /proc/self/timens_offsets; readlink /proc/self/ns/time"));
    assertThat(seconds(out.get(0))).isGreaterThanOrEqualTo(before + 86400.5 - 0.01);
    assertThat(out.get(1)).matches("monotonic +-1 +750000000");
    assertThat(out.get(2)).matches("boottime +86400 +500000000");
    assertThat(out.get(3)).isNotEqualTo(time);
    assertThat(output(caller, List.of(), "readlink /proc/self/ns/time")).isEqualTo(time + "\n");
  }

  private static double seconds(String uptime) {
    return Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
  }

  @Test
  void offsetsAreWhatUnshareSets() throws Exception {
    Result unshare =
        Caller.ROOT.execute(
            work,
            ImmutableList.of(
                "unshare",
                "-Tf",
                "--boottime=7",
                "--monotonic=9",
                "cat",
                "/proc/self/timens_offsets"));
    assertThat(
            output(
                Caller.ROOT,
                List.of("--time-offset=boottime=7,monotonic=9"),
                "cat /proc/self/timens_offsets"))
        .isEqualTo(Installation.check(unshare).out());
  }

  @ParameterizedTest
  @CsvSource({
    "monotonic=99999999999, monotonic 99999999999 0",
    "boottime=-9999999999, boottime -9999999999 0",
    "boottime=999999999999999999, boottime 999999999999999999 0"
  })
  void offsetOutOfTheKernelsRangeIsOneSentence(String offset, String told) throws Exception {
    Result result = jrun(Caller.ROOT, List.of("--time-offset=" + offset), "true");
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: cannot set the clocks' offsets ("
                    + told
                    + "): out of range; no clock may be below 0 or above about 146 years\n"));
  }

  // Joined.

  @ParameterizedTest
  @EnumSource
  void rootJoinsAnybodysNamespaces(Caller target) throws Exception {
    try (Running running = Running.start(target, List.of("--hostname=target"))) {
      List<String> theirs = namespacesOf(Long.toString(running.pid()));
      String script = SHOW + "; hostname; cat /proc/1/comm";
      assertThat(lines(output(Caller.ROOT, joining(running.pid()), script)))
          .startsWith(theirs.toArray(new String[0]))
          .endsWith("target", "sleep");
      if (target != Caller.ROOT) {
        String user = "/proc/" + running.pid() + "/ns/user";
        assertThat(
                lines(
                    output(
                        Caller.ROOT,
                        with(joining(running.pid()), "--userns=ns:" + user),
                        script + "; readlink /proc/self/ns/user; stat -c %u:%g /bin")))
            .startsWith(theirs.toArray(new String[0]))
            .endsWith("sleep", Files.readSymbolicLink(Path.of(user)).toString(), "0:0");
      }
    }
  }

  /** Who is root of the user namespace that the others belong to may join them. */
  @ParameterizedTest
  @EnumSource(names = {"SINGLE_ID", "ID_RANGES"})
  void ordinaryUserJoinsHisOwnFromWithinTheirUserNamespace(Caller caller) throws Exception {
    try (Running running = Running.start(caller, List.of())) {
      Result outside = jrun(caller, joining(running.pid()), "true");
      String what = "cannot join the network namespace '/proc/" + running.pid() + "/ns/net'";
      String how = "nsenter --preserve-credentials --user --target PID jrun";
      assertThat(outside.status()).isEqualTo(125);
      // An image that is seconds old is unpacked anew, and what is said of that is said again.
      assertThat(outside.err().lines().filter(line -> !line.startsWith("jrun: warning: ")))
          .singleElement(STRING)
          .startsWith("jrun: " + what + ": not permitted; ")
          .endsWith(" with '" + how + "'");
      List<String> inside = new ArrayList<>(Splitter.on(' ').splitToList(how));
      inside.remove("jrun");
      inside.replaceAll(word -> word.equals("PID") ? Long.toString(running.pid()) : word);
      inside.addAll(command(joining(running.pid()), SHOW));
      assertThat(lines(Installation.check(caller.execute(work, inside)).out()))
          .isEqualTo(namespacesOf(Long.toString(running.pid())));
    }
  }

  @Test
  void boundFileIsANamespaceToo() throws Exception {
    Path file = Files.createFile(work.resolve("kept"));
    try (Running running = Running.start(Caller.ROOT, List.of())) {
      List<String> jrun = command(List.of("--network=ns:" + file), "readlink /proc/self/ns/net");
      List<String> bound =
          Stream.concat(
                  Stream.of(
                      "unshare",
                      "--mount",
                      "sh",
                      "-euc",
                      "mount --bind /proc/$0/ns/net " + file + "; exec \"$@\"",
                      Long.toString(running.pid())),
                  jrun.stream())
              .toList();
      String theirs = "/proc/" + running.pid() + "/ns/net";
      assertThat(Installation.check(Caller.ROOT.execute(work, bound)).out())
          .isEqualTo(Files.readSymbolicLink(Path.of(theirs)) + "\n");
    }
  }

  @Test
  void joinedNetworkIsTakenAsItIs() throws Exception {
    try (Running running = Running.start(Caller.ROOT, List.of())) {
      String own = "/proc/" + running.pid() + "/ns/net";
      Installation.check(
          Caller.ROOT.execute(
              work, List.of("nsenter", "--net=" + own, "ip", "link", "set", "lo", "down")));
      assertThat(output(Caller.ROOT, List.of("--network=ns:" + own), "ip -o link"))
          .contains("<LOOPBACK>");
    }
  }

  // What is no namespace.

  @Test
  void whatIsNoNamespaceOfThatKindIsOneSentenceAndNeverOpened() throws Exception {
    Path fifo = work.resolve("fifo");
    Images.check(work, "mkfifo fifo");
    for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
      String other = option.getKey().equals("uts") ? "ipc" : "uts";
      for (String path :
          List.of(
              fifo.toString(),
              image.toString(),
              work.toString(),
              "/dev/null",
              "/dev/tty",
              "/proc/self/ns/" + other,
              "/proc/self/status")) {
        Result result = jrun(Caller.ROOT, List.of(option.getValue() + "=ns:" + path), "true");
        assertThat(result.status()).as(path).isEqualTo(125);
        assertThat(result.err())
            .matches(
                "jrun: cannot join the \\w+ namespace '"
                    + path
                    + "': that is no \\w+ namespace; give a file such as /proc/PID/ns/"
                    + option.getKey()
                    + "\n");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network=ns:/no/such/file   | cannot join the network namespace '/no/such/file': No such file or directory",
        "--uts=ns:/proc/0/ns/uts      | cannot join the uts namespace '/proc/0/ns/uts': No such file or directory",
        "--pid=ns:/etc/passwd/x       | cannot join the pid namespace '/etc/passwd/x': Not a directory",
        "--userns=ns:/no/such/file    | user namespace 'ns:/no/such/file': its id map cannot be read; give it as ns:/proc/PID/ns/user with the PID of a process in it that is alive",
        "--userns=ns:/proc/1/ns/user  | cannot join the user namespace '/proc/1/ns/user': jrun is in it already; leave the option out",
      })
  void fileThatIsNotThereIsOneSentence(String option, String sentence) throws Exception {
    // Whoever is process 1, we may look at its namespaces only if we have its capabilities.
    String self = Long.toString(ProcessHandle.current().pid());
    assertThat(jrun(Caller.ROOT, List.of(option.replace("/1/", "/" + self + "/")), "true"))
        .isEqualTo(
            new Result(125, "", "jrun: " + sentence.replace("/1/", "/" + self + "/") + "\n"));
  }
}
