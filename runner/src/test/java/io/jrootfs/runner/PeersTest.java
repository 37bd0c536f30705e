package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.MapDifference.ValueDifference;
import com.google.common.collect.Maps;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same command in jrun's container and in those of podman, runc and bubblewrap. */
class PeersTest {
  /** Everything that a process is, as lines of a name and a value. */
  private static final String PROCESS =
      "grep -E '^(Umask|Uid|Gid|Groups|Sig(Blk|Ign|Cgt)|Cap...|NoNewPrivs|Seccomp):'"
          + " /proc/self/status; grep Max /proc/self/limits; busybox env; pwd;"
          + " echo oom_score_adj $(cat /proc/self/oom_score_adj); echo fds $(ls /proc/self/fd)";

  /** Our default. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Here nobody may raise a limit, which podman's defaults would. */
  private static final ImmutableList<String> PODMAN =
      ImmutableList.of(
          "podman",
          "--runtime=runc",
          "--cgroup-manager=cgroupfs",
          "run",
          "--rm",
          "--network=none",
          "--ulimit=nofile=1024:1024",
          "--ulimit=nproc=1000:1000");

  /**
   * Where we differ from podman on purpose: what; ours; podman's, both as regular expressions; why.
   */
  private static final String DIFFERENCES =
      """
      NoNewPrivs | 1 | 0 | nothing in a container gains what the container has not: the safer default
      Max core file size | 1 1 bytes | .* | a dump of a container's memory is nobody's on the host
      Max open files | .* | 1024 1024 files | the caller's limit binds the container, too
      Max processes | .* | 1000 1000 processes | the same
      TERM | | xterm | without a terminal there is nothing to describe
      container | jrun | | programs learn whose container it is; podman tells it only with an image
      HOSTNAME | [0-9a-f]{12} | [0-9a-f]{12} | the image's key and not random: the same run twice is the same
      SigIgn | 0+ | .* | signals that the caller ignores, a JVM's 32 here, are not ignored inside
      Groups | 0 | | root is in its primary group by setgroups(2) as everybody is
      """;

  /** What the default of runc's is to us; all else that differs is in the table. */
  private static final String AS_RUNC =
      "--cap-drop ALL --cap-add AUDIT_WRITE --cap-add KILL --cap-add NET_BIND_SERVICE"
          + " --ulimit nofile=1024:1024 -e TERM=xterm --security-opt seccomp=unconfined";

  /** The same of runc. */
  private static final String FROM_RUNC =
      """
      Max core file size | 1 1 bytes | .* | a dump of a container's memory is nobody's on the host
      container | jrun | | programs learn whose container it is
      HOSTNAME | [0-9a-f]{12} | | as podman and docker have it
      SigIgn | 0+ | .* | signals that the caller ignores are not ignored inside
      Groups | 0 | | root is in its primary group by setgroups(2) as everybody is
      """;

  private static final String AS_BUBBLEWRAP = "--cap-add ALL --security-opt seccomp=unconfined";

  /** And of bubblewrap, which leaves more of the caller's to its containers. */
  private static final String FROM_BUBBLEWRAP =
      """
      Max core file size | 1 1 bytes | .* | a dump of a container's memory is nobody's on the host
      container | jrun | | programs learn whose container it is
      HOSTNAME | [0-9a-f]{12} | | as podman and docker have it
      HOME | /root | | that of the image's account
      SigIgn | 0+ | .* | signals that the caller ignores are not ignored inside
      SigBlk | 0+ | .* | nor blocked
      Groups | 0 | | root is in its primary group by setgroups(2) as everybody is
      fds | 0 1 2 3 | 0 1 .* | descriptors of the caller's and of the shell's copy of them
      """;

  @TempDir static Path work;
  private static Installation installation;
  private static Path image;

  /** Of the peers' own, for they leave files behind in it. */
  private static Path rootfs;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    image = Images.tar(rootfs, work.resolve("image.tar"));
    Files.writeString(work.resolve("variables"), "A=1\n# no\nB= x \"y\" \nHOST\n");
  }

  private static Result execute(List<String> command) throws Exception {
    return Installation.execute(
        work,
        ImmutableMap.of("JRUN_CACHE_DIR", work.resolve("cache").toString(), "HOST", "host's"),
        command);
  }

  private static List<String> words(String text) {
    return Splitter.on(' ').omitEmptyStrings().splitToList(text);
  }

  private static Result jrun(String options, List<String> command) throws Exception {
    return execute(
        ImmutableList.<String>builder()
            .add(installation.jrun().toString())
            .addAll(words(options))
            .add(image.toString())
            .addAll(command)
            .build());
  }

  private static Result podman(String options, List<String> command) throws Exception {
    return execute(
        ImmutableList.<String>builder()
            .addAll(PODMAN)
            .addAll(words(options))
            .add("--rootfs", rootfs.toString())
            .addAll(command)
            .build());
  }

  private static Result bubblewrap(List<String> command) throws Exception {
    return execute(
        ImmutableList.<String>builder()
            .add("bwrap", "--unshare-all", "--bind", rootfs.toString(), "/", "--proc", "/proc")
            .add("--clearenv", "--setenv", "PATH", PATH)
            .addAll(command)
            .build());
  }

  /** "Name: value", "Max name value" or "NAME=value". */
  private static ImmutableSortedMap<String, String> facts(Result result) {
    Map<String, String> facts = new TreeMap<>();
    for (String line : Installation.check(result).out().lines().toList()) {
      String[] parts =
          line.startsWith("Max ")
              ? line.split(" {2,}", 2)
              : line.startsWith("/") ? new String[] {"cwd", line} : line.split(":\t|=| ", 2);
      facts.put(parts[0], parts[1].strip().replaceAll("[ \t]+", " "));
    }
    return ImmutableSortedMap.copyOf(facts);
  }

  private static boolean isMeant(String table, String name, String ours, String theirs) {
    return table
        .lines()
        .map(row -> Splitter.on('|').trimResults().splitToList(row))
        .anyMatch(
            row ->
                name.matches(row.get(0))
                    && ours.matches(row.get(1))
                    && theirs.matches(row.get(2))
                    && !row.get(3).isEmpty());
  }

  /** Options that both have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-u app",
        "-u 7:8 --umask 0077",
        "-u app:video --group-add 99 -w /home/app",
        "-u 4242 -e HOME=/x -e A= -e B=b=c",
        "-u app --cap-add NET_RAW --cap-drop chown",
        "-u 1000 --cap-add ALL",
        "--cap-drop ALL --cap-add CAP_KILL --cap-add net_admin",
        "--privileged",
        "--privileged -u app",
        "--security-opt no-new-privileges --security-opt seccomp=unconfined",
        "--env-file variables -e A=line --oom-score-adj 100",
        "--cpus 1000 --memory-swap -1 --pids-limit -1",
        "--ulimit core=0 --ulimit nofile=64:128 --ulimit cpu=5:6 --ulimit fsize=100000",
      })
  void processIsAsInPodman(String options) throws Exception {
    List<String> command = List.of("sh", "-c", PROCESS);
    assertThat(unexpected(jrun(options, command), podman(options, command), DIFFERENCES)).isEmpty();
  }

  @Test
  void processIsAsInRunc() throws Exception {
    List<String> command = List.of("sh", "-c", PROCESS);
    Result runcs = Runc.run(work, rootfs, command);
    assertThat(unexpected(jrun(AS_RUNC, command), runcs, FROM_RUNC)).isEmpty();
  }

  @Test
  void processIsAsInBubblewrap() throws Exception {
    List<String> command = List.of("sh", "-c", PROCESS);
    Result bubblewraps = bubblewrap(command);
    assertThat(unexpected(jrun(AS_BUBBLEWRAP, command), bubblewraps, FROM_BUBBLEWRAP)).isEmpty();
  }

  /** What differs and is not in the table. */
  private static Map<String, String> unexpected(Result our, Result their, String table) {
    Map<String, String> ours = facts(our);
    Map<String, String> theirs = facts(their);
    assertThat(ours).hasSizeGreaterThan(30);
    Map<String, String> unexpected = new TreeMap<>();
    Maps.difference(withEmpty(ours, theirs), withEmpty(theirs, ours))
        .entriesDiffering()
        .forEach(
            (name, values) -> {
              if (!isMeant(table, name, values.leftValue(), values.rightValue())) {
                unexpected.put(name, difference(values));
              }
            });
    return unexpected;
  }

  private static String difference(ValueDifference<String> values) {
    return "'" + values.leftValue() + "', the other has '" + values.rightValue() + "'";
  }

  /** What only the other has is empty here. */
  private static Map<String, String> withEmpty(Map<String, String> a, Map<String, String> other) {
    Map<String, String> all = new TreeMap<>(a);
    other.keySet().forEach(name -> all.putIfAbsent(name, ""));
    return all;
  }

  /**
   * Command; jrun's and podman's status; runc's and bubblewrap's, which have one for everything
   * that they cannot start.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sh -c :                  | 0   | 0",
        "sh -c exit${IFS}7        | 7   | 7",
        "sh -c exit${IFS}255      | 255 | 255",
        "nonesuch                 | 127 | 1",
        "/bin/nonesuch            | 127 | 1",
        "/etc                     | 126 | 1",
        "/not-executable          | 126 | 1"
      })
  void statusIsThePeers(String command, int ours, int others) throws Exception {
    Result result = jrun("", words(command));
    assertThat(result.status()).as(result.err()).isEqualTo(ours);
    assertThat(podman("", words(command)).status()).isEqualTo(ours);
    assertThat(Runc.run(work, rootfs, words(command)).status()).isEqualTo(others);
    assertThat(bubblewrap(words(command)).status()).isEqualTo(others);
  }

  /** Where it is not the first process of a namespace, which cannot end itself so. */
  @ParameterizedTest
  @CsvSource({"KILL, 137", "TERM, 143", "SEGV, 139"})
  void endByASignalIs128AndTheSignal(String signal, int status) throws Exception {
    List<String> command = List.of("sh", "-c", "kill -" + signal + " $$");
    assertThat(jrun("--pid=host", command)).isEqualTo(new Result(status, "", ""));
    assertThat(podman("--pid=host", command).status()).isEqualTo(status);
  }

  /** What podman refuses we refuse, with the same status; some of it podman takes and we do not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--umask 8                            | 125",
        "-u nobody                            | 126",
        "-w /not/there/but/made               | 126",
        "--cap-add NOPE                       | 125",
        "--oom-score-adj 1001                 | 126",
        "--ulimit cpu=2:1                     | 125",
        "--sysctl net.ipv4.ip_forward         | 125",
        "--sysctl kernel.pid_max=99           | 125",
        "--env-file no-such-file              | 125",
        "-e =x                                | 125"
      })
  void whatPodmanRefusesWeRefuse(String options, int theirs) throws Exception {
    assertThat(podman(options, List.of("sh", "-c", ":")).status()).isEqualTo(theirs);
    Result result = jrun(options, List.of("sh", "-c", ":"));
    // A working directory that is not there we make.
    assertThat(result.status()).isEqualTo(options.startsWith("-w") ? 0 : 125);
    assertThat(result.err()).hasLineCount(options.startsWith("-w") ? 0 : 1);
  }
}
