package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All that {@code jrun inspect} tells, beside what the kernel says and INSPECT.md. */
@ExtendWith(LeakCheck.class)
class InspectTest extends LiveTest {
  /** {@code -Dgolden.write=true} writes it anew. */
  private static final Path GOLDEN = Path.of("src/test/resources/io/jrootfs/runner/inspect.json");

  private static final Path DOCUMENT = Path.of("INSPECT.md");
  private static final String TIME = "[0-9-]{10}T[0-9:]{8}(\\.[0-9]+)?Z";

  /** What differs from one container to the next, and from a machine to another. */
  private static String comparable(String json) {
    return json.replaceAll("\"id\" : \"[0-9a-f]+\"", "\"id\" : \"ID\"")
        .replaceAll("\"" + TIME + "\"", "\"TIME\"")
        .replaceAll("([pP]id)\" : [0-9]+", "$1\" : PID")
        .replaceAll("(\"cgroups\" : \\[) [^]]*]", "$1 CGROUPS ]")
        // Of one version or the other.
        .replaceAll(
            "(\"/sys/fs/cgroup\",\\s+\"type\" : )\"\\w+\",\\s+\"options\" : \\[[^]]*]",
            "$1\"CGROUP\"")
        // Of processors that have it.
        .replaceAll("\"/sys/devices/system/cpu/cpu[0-9]+/thermal_throttle\",\\s*", "")
        .replace(work.toString(), "WORK");
  }

  @Test
  void everythingIsTold() throws Exception {
    Path data = Files.createDirectories(work.resolve("data"));
    start(
        Caller.ROOT,
        "web",
        "sleep 1000",
        "--hostname=web.example",
        "--label=tier=front",
        "--user=5:6",
        "--group-add=7",
        "--umask=027",
        "--workdir=/tmp",
        "--env=A=b c",
        "--ulimit=nofile=10:20",
        "--oom-score-adj=100",
        "--read-only",
        "--volume=" + data + ":/data:ro,exec",
        "--tmpfs=/scratch:size=1m",
        "--cap-drop=ALL",
        "--cap-add=CHOWN,KILL",
        "--ipc=host",
        "--sysctl=net.ipv4.ip_forward=1",
        "--pids-limit=50",
        "--stop-timeout=3");
    String actual = comparable(output(Caller.ROOT, "inspect", "web"));
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(GOLDEN, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(GOLDEN));
  }

  /** Also with what a container has that has ended. */
  @Test
  void membersAreThoseOfTheDocument() throws Exception {
    start(Caller.ROOT, "ended", "exit 3");
    output(Caller.ROOT, "wait", "ended");
    String json = Files.readString(GOLDEN) + output(Caller.ROOT, "inspect", "ended");
    Pattern member = Pattern.compile("\"(\\w+)\" :");
    ImmutableSet.Builder<String> members = ImmutableSet.builder();
    member.matcher(json).results().map(found -> found.group(1)).forEach(members::add);
    List<String> documented = new ArrayList<>();
    Files.readAllLines(DOCUMENT).stream()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> Pattern.compile("`(\\w+)`").matcher(line).results())
        .map(found -> found.group(1))
        .forEach(documented::add);
    // Names that are an option's, a kind's, a resource's or a label's.
    ImmutableSet<String> names =
        ImmutableSet.of(
            "tier", "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts", "core", "nofile");
    assertThat(documented).containsAll(filtered(members.build(), names));
    assertThat(members.build())
        .containsAll(
            filtered(
                ImmutableSet.copyOf(documented),
                ImmutableSet.of(
                    "starting",
                    "running",
                    "paused",
                    "exited",
                    "dead",
                    "elsewhere",
                    "bind",
                    "private",
                    "host",
                    "filter",
                    "unconfined",
                    "jrun")));
  }

  private static ImmutableSet<String> filtered(
      ImmutableSet<String> words, ImmutableSet<String> without) {
    return words.stream()
        .filter(word -> !without.contains(word))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The kernel is asked: it is the host's where the links are the same. */
  @ParameterizedTest
  @EnumSource
  void namespacesAndIdsAreThoseOfTheProcess(Caller caller) throws Exception {
    start(caller, "web", "sleep 1000", "--uts=host");
    String json = output(caller, "inspect", "web");
    Path process = Path.of("/proc", pid(caller, "web"));
    for (String kind : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
      boolean isHosts =
          Files.readSymbolicLink(process.resolve("ns/" + kind))
              .equals(Files.readSymbolicLink(Path.of("/proc/self/ns", kind)));
      assertThat(json).contains("\"%s\" : \"%s\"".formatted(kind, isHosts ? "host" : "private"));
    }
    MatchResult ids =
        Pattern.compile("\"idMappings\" : \\{\\s*\"uid\" : \\[ (.*?) ],\\s*\"gid\" : \\[ (.*?) ]")
            .matcher(json)
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(ids.group(1)).isEqualTo(maps(process.resolve("uid_map")));
    assertThat(ids.group(2)).isEqualTo(maps(process.resolve("gid_map")));
    String status = Files.readString(process.resolve("status"));
    assertThat(status).contains("\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n");
    assertThat(json).contains("\"noNewPrivileges\" : true", "\"seccomp\" : \"filter\"");
  }

  private static String maps(Path file) throws Exception {
    return String.join(
        ", ",
        Files.readAllLines(file).stream()
            .map(line -> "\"" + line.strip().replaceAll(" +", ":") + "\"")
            .toList());
  }

  @Test
  void whatIsKeptStaysWhenTheContainerHasEnded() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    Pattern kept = Pattern.compile("\"started\" : .*", Pattern.DOTALL);
    String running = part(kept, output(Caller.ROOT, "inspect", "web"));
    String format = "{{.State.StartedAt}} {{.BoundingCaps}} {{.Config.Env}} {{.Config.Hostname}}";
    String fields = output(Caller.ROOT, "inspect", "-f", format, "web");
    output(Caller.ROOT, "kill", "web");
    output(Caller.ROOT, "wait", "web");
    assertThat(part(kept, output(Caller.ROOT, "inspect", "web"))).isEqualTo(running);
    assertThat(output(Caller.ROOT, "inspect", "-f", format, "web")).isEqualTo(fields);
  }

  private static String part(Pattern pattern, String text) {
    return pattern.matcher(text).results().findFirst().orElseThrow().group();
  }
}
