package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.leak.LeakCheck;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lesson about containers does by hand, on one that runs: a test for each step. */
@ExtendWith(LeakCheck.class)
class LessonLiveTest extends LiveTest {
  private double cpuPercent(String name) throws Exception {
    Matcher percent =
        Pattern.compile("\"cpuPercent\":([0-9.E-]+),")
            .matcher(output(Caller.ROOT, "stats", "--no-stream", "--json", name));
    assertThat(percent.find()).isTrue();
    return Double.parseDouble(percent.group(1));
  }

  @Test
  void yesToDevNullInsideIsWatchedFromOutside() throws Exception {
    start(Caller.ROOT, "sandbox", "exec yes >/dev/null");
    LivingContainers.await("it is busy", () -> cpuPercent("sandbox") > 10);
    assertThat(output(Caller.ROOT, "top", "sandbox", "pid", "comm"))
        .isEqualTo("PID  COMMAND\n1    yes\n");
  }

  @Test
  void processesSeenInsideAndOutsideAreCompared() throws Exception {
    start(Caller.ROOT, "sandbox", "exec sleep 1000");
    assertThat(output(Caller.ROOT, "exec", "sandbox", "cat", "/proc/1/comm")).isEqualTo("sleep\n");
    assertThat(output(Caller.ROOT, "top", "sandbox", "pid", "hpid", "comm"))
        .containsPattern("\n1 +" + pid(Caller.ROOT, "sandbox") + " +sleep\n$");
    assertThat(output(Caller.ROOT, "ps")).contains("  sandbox\n");
  }

  @Test
  void quotaThatIsNotSetIsRead() throws Exception {
    start(Caller.ROOT, "sandbox", "sleep 1000");
    assertThat(output(Caller.ROOT, "inspect", "sandbox")).contains("\"limits\" : { }");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "sandbox"))
        .containsPattern("  sandbox  [0-9.]+% / none  ");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json", "sandbox"))
        .contains("\"cpuLimit\":-1,");
  }

  @Test
  void limitToFivePercentOfTheMachine() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    start(Caller.ROOT, "sandbox", "exec yes >/dev/null");
    output(Caller.ROOT, "update", "--cpus=" + 0.05 * processors, "sandbox");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json", "sandbox"))
        .contains("\"cpuLimit\":" + 50_000_000L * processors + ",");
    // A few tenths of a second of its period may fall into one look; other looks are under it.
    LivingContainers.await("it is limited", () -> cpuPercent("sandbox") < 6 * processors);
    assertThat(cpuPercent("sandbox")).isPositive();
  }
}
