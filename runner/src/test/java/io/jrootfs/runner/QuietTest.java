package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code -q} leaves of what commands on containers print. */
@ExtendWith(LeakCheck.class)
class QuietTest extends LiveTest {
  private static final Result NOTHING = new Result(0, "", "");

  @Test
  void doneIsNotSaid() throws Exception {
    start(Caller.ROOT, "a", "sleep 1000");
    start(Caller.ROOT, "b", "sleep 1000");
    assertThat(jrun(Caller.ROOT, "pause", "-q", "a", "b")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "unpause", "-q", "a")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "update", "-q", "--pids-limit=77", "a")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "kill", "--quiet", "a")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "wait", "-q", "a")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "stop", "-q", "-t", "0", "b")).isEqualTo(NOTHING);
    assertThat(output(Caller.ROOT, "wait", "a", "b")).matches("137\n(137|143)\n");
    assertThat(jrun(Caller.ROOT, "rm", "-q", "a", "b")).isEqualTo(NOTHING);
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEmpty();
  }

  @Test
  void onlyWhatIsAskedForIsPrinted() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    String hostPids = output(Caller.ROOT, "top", "web", "hpid");
    assertThat(hostPids).isEqualTo("HPID\n" + output(Caller.ROOT, "top", "-q", "web"));
    assertThat(output(Caller.ROOT, "exec", "-q", "web", "sh", "-c", "echo x")).isEqualTo("x\n");
    assertThat(jrun(Caller.ROOT, "inspect", "-q", "web")).isEqualTo(NOTHING);
    assertThat(jrun(Caller.ROOT, "inspect", "-q", "web", "wbe"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: container 'wbe': there is none of this name or id; did you mean 'web'? 'jrun"
                    + " ps -a' lists them\n"));
  }

  @Test
  void whatSaysOtherwiseIsRefused() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    assertThat(jrun(Caller.ROOT, "inspect", "-q", "--format=json", "web"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --format says what is printed, and --quiet that nothing is; leave one"
                    + " of them out; see 'jrun inspect --help'\n"));
    assertThat(jrun(Caller.ROOT, "top", "-q", "web", "pid"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --quiet and 'pid' each say what is printed; leave one of them out; see"
                    + " 'jrun top --help'\n"));
  }

  @Test
  void verboseTellsWhereAnErrorArose() throws Exception {
    assertThat(jrun(Caller.ROOT, "logs", "-v", "nobody").err())
        .startsWith("jrun: container 'nobody': there is none of this name or id; ")
        .contains("\tat ");
  }
}
