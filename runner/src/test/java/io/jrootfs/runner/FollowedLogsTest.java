package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several containers say, at once. */
class FollowedLogsTest extends LiveTest {
  private static List<String> of(String name, String text) {
    return text.lines().filter(line -> line.startsWith(name + " ")).toList();
  }

  /** Each goes on after the other has said something. */
  @Test
  void linesOfSeveralHaveTheirNamesAndComeWhenTheyAreSaid() throws Exception {
    start(Caller.ROOT, "web", "echo one; sleep 1; echo three; echo bad >&2; exit 3");
    start(Caller.ROOT, "db", "printf 'half '; sleep 0.5; echo two; sleep 1.5; printf end");
    Result logs = jrun(Caller.ROOT, "logs", "-f", "web", "db");
    assertThat(logs.status()).isZero();
    assertThat(logs.err()).isEqualTo("web bad\n");
    assertThat(of("web", logs.out())).containsExactly("web one", "web three");
    assertThat(of("db", logs.out())).containsExactly("db half two", "db end");
    assertThat(logs.out()).hasLineCount(4).endsWith("web three\ndb end\n");
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
    assertThat(jrun(Caller.ROOT, "logs", "-f", "--tail=1", "web").err())
        .isEqualTo(
            "jrun: --follow begins with all that is kept; leave --tail out; see 'jrun logs"
                + " --help'\n");
  }
}
