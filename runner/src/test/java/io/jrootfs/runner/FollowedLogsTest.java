package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several containers say, at once. */
@ExtendWith(LeakCheck.class)
class FollowedLogsTest extends LiveTest {
  /** Goes on once there is a file of this name where {@link #turns} are. */
  private static String await(String turn) {
    return "until [ -e /turns/" + turn + " ]; do sleep 0.05; done; ";
  }

  private static Path turns() throws IOException {
    return Files.createDirectories(work.resolve("turns"));
  }

  private static void turn(String name) throws IOException {
    Files.createFile(turns().resolve(name));
  }

  /** Each goes on after somebody has read what the other has said. */
  @Test
  void linesOfSeveralHaveTheirNamesAndComeWhenTheyAreSaid() throws Exception {
    String volume = "--volume=" + turns() + ":/turns";
    start(
        Caller.ROOT,
        "web",
        "echo one; " + await("three") + "echo three; echo bad >&2; exit 3",
        volume);
    start(
        Caller.ROOT,
        "db",
        "printf 'half '; " + await("two") + "echo two; " + await("end") + "printf end",
        volume);
    Process logs =
        Caller.ROOT
            .builder(work, containers.command(Caller.ROOT, "logs", "-f", "web", "db"))
            .start();
    try (BufferedReader out = logs.inputReader();
        BufferedReader err = logs.errorReader()) {
      assertThat(out.readLine()).isEqualTo("web one");
      turn("two");
      assertThat(out.readLine()).isEqualTo("db half two");
      turn("three");
      assertThat(out.readLine()).isEqualTo("web three");
      assertThat(err.readLine()).isEqualTo("web bad");
      turn("end");
      assertThat(out.lines()).containsExactly("db end");
      assertThat(err.lines()).isEmpty();
      assertThat(logs.waitFor()).isZero();
    } finally {
      logs.destroy();
    }
  }

  /** The second one does not let it come to the end of what is there. */
  @ParameterizedTest
  @CsvSource({
    "while echo word; do sleep 0.05; done, web",
    "yes, web",
    "while echo word; do sleep 0.05; done, web silent",
  })
  void readerThatLeavesEndsIt(String script, String names) throws Exception {
    start(Caller.ROOT, "web", script, "--log-opt=max-size=10k");
    start(Caller.ROOT, "silent", "sleep 1000");
    String[] command = ("logs -f " + names).split(" ", -1);
    Path status = work.resolve("status");
    Images.check(
        work,
        "rm -f "
            + status
            + "; { "
            + containers.words(Caller.ROOT, command)
            + " || echo $? >"
            + status
            + "; } | head -n 2");
    assertThat(status).hasContent("141");
  }

  @Test
  void errorsThatCannotBeWrittenEndItToo() throws Exception {
    start(Caller.ROOT, "web", "while echo bad >&2; do sleep 0.05; done");
    String logs = containers.words(Caller.ROOT, "logs", "-f", "web");
    Path status = work.resolve("status");
    Images.check(work, "rm -f " + status + "; " + logs + " 2>/dev/full || echo $? >" + status);
    assertThat(status).hasContent("125");
  }

  @Test
  void damagedRecordOfAnotherIsNotInItsWayAndIsNamedWhereItIs() throws Exception {
    start(Caller.ROOT, "other", "sleep 1000");
    start(Caller.ROOT, "web", "echo one");
    Path record = containers.records(Caller.ROOT).resolve("other");
    Path file = record.resolve("container.json");
    byte[] whole = Files.readAllBytes(file);
    Files.writeString(file, "damaged");
    Result logs = jrun(Caller.ROOT, "logs", "-f", "web");
    Result other = jrun(Caller.ROOT, "logs", "-f", "web", "other");
    Files.write(file, whole);
    assertThat(logs).isEqualTo(new Result(0, "one\n", ""));
    assertThat(other.status()).isEqualTo(125);
    assertThat(other.err())
        .startsWith("jrun: " + file + ": is no JSON as records have it: Unrecognized token")
        .endsWith(
            "; this record is damaged: if nothing of its container runs, remove the directory "
                + record
                + "\n");
  }

  @Test
  void namesComeBeforeTimesAndAreThereIfAskedFor() throws Exception {
    start(Caller.ROOT, "web", "echo one; echo bad >&2");
    start(Caller.ROOT, "db", "echo two");
    output(Caller.ROOT, "wait", "web", "db");
    assertThat(jrun(Caller.ROOT, "logs", "--names", "web", "db"))
        .isEqualTo(new Result(0, "web one\ndb two\n", "web bad\n"));
    assertThat(jrun(Caller.ROOT, "logs", "web", "db"))
        .isEqualTo(new Result(0, "one\ntwo\n", "bad\n"));
    assertThat(output(Caller.ROOT, "logs", "-ft", "db", "db"))
        .matches("(db [0-9-]{10}T[0-9:]{8}\\.[0-9]{9}Z two\n){2}");
  }

  @Test
  void oneThatSaysNothingThatIsKeptIsSaidBeforeAnythingIsPrinted() throws Exception {
    start(Caller.ROOT, "web", "echo one; sleep 1000");
    start(Caller.ROOT, "mute", "echo two; sleep 1000", "--log-driver=none");
    assertThat(jrun(Caller.ROOT, "logs", "-f", "web", "mute"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'mute': nothing that it says is kept: it is not detached, or has"
                    + " --log-driver none\n"));
  }

  /** What is said meanwhile is in several other files than what it begins with. */
  @Test
  void lastLinesAreFollowedToo() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo line $i; done; printf 'half '; "
            + await("next")
            + "while [ $i -lt 600 ]; do i=$((i + 1)); echo line $i; done",
        "--volume=" + turns() + ":/turns",
        "--log-opt=max-size=4k",
        "--log-opt=max-file=20");
    Images.check(
        work,
        "until "
            + containers.words(Caller.ROOT, "logs", "web")
            + " | grep -q 'half'; do sleep 0.05; done");
    assertThat(output(Caller.ROOT, "logs", "--tail=2", "web")).isEqualTo("line 300\nhalf ");
    Process logs =
        Caller.ROOT
            .builder(work, containers.command(Caller.ROOT, "logs", "-f", "--tail=3", "web"))
            .start();
    try (BufferedReader out = logs.inputReader()) {
      assertThat(out.readLine()).isEqualTo("line 299");
      // It does not look while others are begun.
      Images.check(work, "kill -STOP " + logs.pid());
      turn("next");
      output(Caller.ROOT, "wait", "web");
      Images.check(work, "kill -CONT " + logs.pid());
      assertThat(out.readLine()).isEqualTo("line 300");
      assertThat(out.readLine()).isEqualTo("half line 301");
      assertThat(out.lines())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(302, 600).mapToObj(i -> "line " + i).toList());
      assertThat(logs.waitFor()).isZero();
    } finally {
      logs.destroy();
    }
    assertThat(output(Caller.ROOT, "logs", "-f", "--tail=0", "web")).isEmpty();
    assertThat(output(Caller.ROOT, "logs", "-f", "--tail=1", "web")).isEqualTo("line 600\n");
  }

  @Test
  void whatWasSaidBeforeIsLeftOut() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "echo one; sleep 0.01; echo two; " + await("later") + "echo three",
        "--volume=" + turns() + ":/turns");
    Images.check(
        work,
        "until "
            + containers.words(Caller.ROOT, "logs", "web")
            + " | grep -q two; do sleep 0.05; done");
    String second = output(Caller.ROOT, "logs", "-t", "--tail=1", "web").split(" ", -1)[0];
    turn("later");
    output(Caller.ROOT, "wait", "web");
    String since = "--since=" + second;
    assertThat(output(Caller.ROOT, "logs", since, "web")).isEqualTo("two\nthree\n");
    assertThat(output(Caller.ROOT, "logs", "-f", since, "--tail=1", "web")).isEqualTo("three\n");
    assertThat(output(Caller.ROOT, "logs", "--since=1h30m", "web")).hasLineCount(3);
    assertThat(output(Caller.ROOT, "logs", "--since=0s", "web")).isEmpty();
  }
}
