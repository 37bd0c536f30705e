package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jrun ps --format} and {@code jrun inspect --format}, beside podman's. */
@ExtendWith(LeakCheck.class)
class FormatTest extends LiveTest {
  private static Path theirs;

  /** A container of podman's like the one of {@link #startGone}, in a store of its own. */
  @BeforeAll
  static void startTheirs() throws Exception {
    theirs = Images.rootfs(Files.createDirectory(work.resolve("theirs")));
    Result ran =
        podman(
            "run",
            "--name=gone",
            "--label=tier=front",
            "--label=a=b",
            "--network=none",
            "--ulimit=nofile=1024:1024",
            "--ulimit=nproc=1000:1000",
            "--rootfs",
            theirs.toString(),
            "sh",
            "-c",
            "exit 3");
    assertThat(ran.status()).as(ran.err()).isEqualTo(3);
  }

  @AfterAll
  static void removeTheirs() throws Exception {
    Installation.check(podman("rm", "-f", "gone"));
  }

  private static Result podman(String... words) throws Exception {
    return Caller.ROOT.execute(
        work,
        ImmutableList.<String>builder()
            .add("podman", "--runtime=runc", "--cgroup-manager=cgroupfs")
            .add("--storage-driver=vfs")
            .add("--root=" + work.resolve("storage"), "--runroot=" + work.resolve("running"))
            .add(words)
            .build());
  }

  private static String podmans(String... words) throws Exception {
    return Installation.check(podman(words)).out();
  }

  private void startGone() throws Exception {
    start(Caller.ROOT, "gone", "exit 3", "-l", "tier=front", "-l", "a=b");
    output(Caller.ROOT, "wait", "gone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{.Names}}",
        "{{ .Names }}",
        "{{.Names}}\\t{{.ExitCode}}",
        "a {{.Names}}\\nb, {{.Labels}}.",
        "{{.Pid}}|{{.Ports}}|{{.Command}}",
      })
  void aListIsPrintedAsPodmanPrintsIt(String format) throws Exception {
    startGone();
    assertThat(output(Caller.ROOT, "ps", "-a", "--format", format))
        .isEqualTo(podmans("ps", "-a", "--format", format));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}",
        "{{.State.Running}} {{.State.Paused}}",
        "{{.Config.Labels}}",
        "{{.Path}} {{.Args}} {{.Config.Cmd}} {{.Config.Tty}} {{.Config.WorkingDir}}",
        "{{.BoundingCaps}} {{.HostConfig.ReadonlyRootfs}}",
        "{{.Config.StopSignal}} {{.Config.StopTimeout}} {{.NetworkSettings.IPAddress}}",
      })
  void oneIsInspectedAsPodmanInspectsIt(String format) throws Exception {
    startGone();
    assertThat(output(Caller.ROOT, "inspect", "-f", format, "gone"))
        .isEqualTo(podmans("inspect", "-f", format, "gone"));
  }

  /** Podman's columns are twelve wide at least. */
  @Test
  void aTableHasTheHeadingsOfItsFields() throws Exception {
    startGone();
    String format = "table {{.Names}}\\t{{.ExitCode}}\\t{{.Labels}}";
    String ours = output(Caller.ROOT, "ps", "-a", "--format", format);
    assertThat(ours).isEqualTo("NAMES  EXIT CODE  LABELS\ngone   3          map[a:b tier:front]\n");
    assertThat(ours.replaceAll(" {2,}", "  "))
        .isEqualTo(podmans("ps", "-a", "--format", format).replaceAll(" {2,}", "  "));
  }

  /** Ids, ages and times differ; their shape does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "ID         # [0-9a-f]{12}",
        "CreatedAt  # [0-9-]{10} [0-9:]{8}(\\.[0-9]{1,9})? \\+0000 UTC",
        "RunningFor # ([0-9]+ seconds?|About a minute|[0-9]+ minutes) ago",
        "StartedAt  # [0-9]{10}",
        "Status     # Exited \\(3\\) ([0-9]+ seconds?|About a minute|[0-9]+ minutes) ago",
      })
  void valuesOfOnesOwnHaveTheShapeOfPodmans(String field, String shape) throws Exception {
    startGone();
    String format = "{{." + field + "}}";
    assertThat(output(Caller.ROOT, "ps", "-a", "--format", format)).matches(shape + "\n");
    assertThat(podmans("ps", "-a", "--format", format)).matches(shape + "\n");
  }

  @Test
  void theWordsJsonAndTableAreTheOtherWaysToPrint() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    assertThat(output(Caller.ROOT, "ps", "--format", "json"))
        .isEqualTo(output(Caller.ROOT, "ps", "--json"));
    assertThat(output(Caller.ROOT, "inspect", "--format", "json", "web"))
        .isEqualTo(output(Caller.ROOT, "inspect", "web"));
    List<String> table = output(Caller.ROOT, "ps", "--format", "table").lines().toList();
    assertThat(table).hasSize(2);
    assertThat(table.get(0).split(" {2,}"))
        .containsExactly("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
    assertThat(
            output(Caller.ROOT, "ps", "--format", "{{.Pid}} {{.State}} {{.Image}} {{.ExitCode}}"))
        .isEqualTo(pid(Caller.ROOT, "web") + " running " + image + " 0\n");
    assertThat(output(Caller.ROOT, "inspect", "-f", "{{.State.Pid}} {{.State.Running}}", "web"))
        .isEqualTo(pid(Caller.ROOT, "web") + " true\n");
    String id = containers.field(Caller.ROOT, "web", "id");
    assertThat(output(Caller.ROOT, "ps", "--no-trunc", "--format", "{{.ID}}")).isEqualTo(id + "\n");
  }

  /** What the image or the user has put there stays in its line. */
  @Test
  void aValueWithANewLineIsStillOneLine() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "-l", "x=\u001b[31m\nid fake");
    assertThat(output(Caller.ROOT, "ps", "--format", "{{.Labels}}"))
        .isEqualTo("map[x:\\x1b[31m\\x0aid fake]\n");
  }

  private static final String LISTED =
      "ID, .Image, .Command, .CreatedAt, .StartedAt, .RunningFor, .Status, .State, .Ports, .Names, .Labels,"
          + " .Pid, .ExitCode";

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "{{.Nmes}} # there is no field .Nmes, but .Names; the fields are .LISTED",
        "table {{.Colour}} # there is no field .Colour; the fields are .LISTED",
        "names # names no field, as {{.NAME}} does; the fields are .LISTED",
        "{{.Names # a '{{' has no '}}' behind it",
        "{{json .}} # '{{json .}}' MORE",
        "{{.Names | lower}} # '{{.Names | lower}}' MORE",
        "{{range .Labels}}{{.}}{{end}} # '{{range .Labels}}' MORE",
        "{{- .Names}} # '{{- .Names}}' MORE",
      })
  void aTemplateThatCannotBeIsOneSentence(String format, String problem) throws Exception {
    String sentence =
        problem
            .replace("LISTED", LISTED)
            .replace(
                "MORE",
                "is more than a field; here are fields alone, as in {{.NAME}}, and '--format json'"
                    + " tells everything to a program such as jq");
    String shown = format.startsWith("table ") ? format.substring("table ".length()) : format;
    assertThat(jrun(Caller.ROOT, "ps", "--format", format))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --format '" + shown + "': " + sentence + "; see 'jrun ps --help'\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json", "--quiet"})
  void twoWaysToPrintAreOneTooMany(String other) throws Exception {
    assertThat(jrun(Caller.ROOT, "ps", "--format", "{{.ID}}", other))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --format and "
                    + other
                    + " each say what is printed; leave one of them out; see 'jrun ps --help'\n"));
  }
}
