package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands on several containers, some of which are not there or not what it takes. */
@ExtendWith(LeakCheck.class)
class SeveralContainersTest extends LiveTest {
  private static String nobody(String name) {
    return "jrun: container '"
        + name
        + "': there is none of this name or id; 'jrun ps -a' lists them\n";
  }

  @ParameterizedTest
  @CsvSource({
    "stop -t 0, exited, exited",
    "kill, exited, exited",
    "rm -f, '', ''",
    "pause, paused, paused",
    "update --pids-limit=77, running, running",
  })
  void eachIsDoneThatCanBe(String command, String first, String second) throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    start(Caller.ROOT, "b", "sleep 1000");
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.addAll(List.of("no", "a", "such", "b"));
    assertThat(jrun(Caller.ROOT, words.toArray(String[]::new)))
        .isEqualTo(new Result(125, "a\nb\n", nobody("no") + nobody("such")));
    for (String name : List.of("a", "b")) {
      String expected = name.equals("a") ? first : second;
      LivingContainers.await(
          "it is " + expected,
          () ->
              output(Caller.ROOT, "ps", "-a", "--filter=name=" + name, "--format={{.State}}")
                  .strip()
                  .equals(expected));
    }
    assertThat(output(Caller.ROOT, "ps", "-a", "--filter=label=x")).hasLineCount(1);
    if (command.startsWith("update")) {
      assertThat(output(Caller.ROOT, "inspect", "a", "b").split("\"77\"|: 77", -1)).hasSize(3);
    }
  }

  @Test
  void statusOfEachIsTold() throws Exception {
    start(Caller.ROOT, "a", "exit 3");
    start(Caller.ROOT, "b", "exit 4");
    assertThat(jrun(Caller.ROOT, "wait", "a", "no", "b"))
        .isEqualTo(new Result(125, "3\n4\n", nobody("no")));
  }

  @Test
  void oneThatHasEndedKeepsNoOther() throws Exception {
    start(Caller.ROOT, "ended", "exit 3");
    start(Caller.ROOT, "runs", "sleep 1000");
    output(Caller.ROOT, "wait", "ended");
    assertThat(jrun(Caller.ROOT, "kill", "ended", "runs"))
        .isEqualTo(
            new Result(125, "runs\n", "jrun: container 'ended': does not run, it is exited\n"));
    assertThat(output(Caller.ROOT, "wait", "runs")).isEqualTo("137\n");
    assertThat(jrun(Caller.ROOT, "stop", "ended", "runs"))
        .isEqualTo(new Result(0, "ended\nruns\n", ""));
  }

  @Test
  void allAreThoseThatItCanBeDoneWith() throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    start(Caller.ROOT, "b", "sleep 1000");
    start(Caller.ROOT, "c", "exit 3");
    output(Caller.ROOT, "wait", "c");
    assertThat(output(Caller.ROOT, "pause", "a")).isEqualTo("a\n");
    assertThat(output(Caller.ROOT, "pause", "--all")).isEqualTo("b\n");
    assertThat(output(Caller.ROOT, "pause", "-a")).isEmpty();
    assertThat(output(Caller.ROOT, "unpause", "-a")).isEqualTo("a\nb\n");
    assertThat(output(Caller.ROOT, "rm", "-aq")).isEmpty();
    assertThat(output(Caller.ROOT, "ps", "-aq")).hasLineCount(2);
    assertThat(output(Caller.ROOT, "stop", "-at", "0")).isEqualTo("a\nb\n");
    assertThat(output(Caller.ROOT, "stop", "-a")).isEmpty();
    start(Caller.ROOT, "d", "sleep 1000");
    assertThat(output(Caller.ROOT, "kill", "--all", "--signal=KILL")).isEqualTo("d\n");
    start(Caller.ROOT, "e", "sleep 1000");
    assertThat(output(Caller.ROOT, "wait", "d")).isEqualTo("137\n");
    assertThat(output(Caller.ROOT, "rm", "--all", "--force")).isEqualTo("a\nb\nd\ne\n");
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEmpty();
    assertThat(output(Caller.ROOT, "rm", "-a")).isEmpty();
  }

  @Test
  void damagedRecordIsNamedAndAllOthersAreDone() throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    start(Caller.ROOT, "b", "sleep 1000");
    Path file = containers.records(Caller.ROOT).resolve("a/container.json");
    byte[] whole = Files.readAllBytes(file);
    Files.writeString(file, "damaged");
    Result stopped = jrun(Caller.ROOT, "stop", "--all", "--time=0");
    Files.write(file, whole);
    assertThat(stopped.status()).isEqualTo(125);
    assertThat(stopped.out()).isEqualTo("b\n");
    assertThat(stopped.err()).startsWith("jrun: " + file + ": is no JSON").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"stop -a -t x, --time", "kill -a -s NOPE, --signal", "stop -i -t x none, --time"})
  void wrongValuesAreSaidEvenIfThereIsNobody(String words, String option) throws Exception {
    Result result = jrun(Caller.ROOT, words.split(" "));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: " + option + " '").hasLineCount(1);
  }

  @Test
  void whoIsNotThereIsPassedOverIfThatIsAskedFor() throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    assertThat(jrun(Caller.ROOT, "stop", "-i", "-t0", "no", "a"))
        .isEqualTo(new Result(0, "a\n", ""));
    assertThat(jrun(Caller.ROOT, "rm", "--ignore", "no", "a")).isEqualTo(new Result(0, "a\n", ""));
    assertThat(jrun(Caller.ROOT, "rm", "-if", "a")).isEqualTo(new Result(0, "", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stop -t x a      | --time 'x' must be whole seconds; see 'jrun stop --help'",
        "kill -s NOPE a   | --signal 'NOPE' is no signal; it is a name, as in TERM, or a number;"
            + " see 'jrun kill --help'",
        "logs -n x a      | --tail 'x' is no number of lines; see 'jrun logs --help'",
        "logs --since=x a | --since 'x' is no time; write how long ago, as in 10m, or a date and"
            + " time, as in 2026-02-03T16:05:06; see 'jrun logs --help'",
        "rm -a a          | --all is not for some containers; leave it or their names out; see 'jrun rm --help'",
        "kill -a a        | --all is not for some containers; leave it or their names out; see 'jrun kill --help'",
      })
  void wrongWordsAreOneSentenceAndNothingIsDone(String words, String sentence) throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    assertThat(jrun(Caller.ROOT, words.strip().split(" ")))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "\n"));
    assertThat(output(Caller.ROOT, "ps", "--format={{.State}}")).isEqualTo("running\n");
  }
}
