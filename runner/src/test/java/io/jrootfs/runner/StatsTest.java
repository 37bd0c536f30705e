package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers use, as seen from outside. */
@ExtendWith(LeakCheck.class)
class StatsTest extends LiveTest {
  private static final String INTERRUPT = "\u0003";

  /** A number of the only container. */
  private static double number(String json, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":(-?[0-9.E]+)[,}]").matcher(json);
    assertThat(matcher.find()).as(field + " of " + json).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  private String json(String name) throws Exception {
    return output(Caller.ROOT, "stats", "--no-stream", "--json", name);
  }

  @Test
  void busyContainerUsesWhatItMayAndNotMore() throws Exception {
    start(Caller.ROOT, "busy", "yes >/dev/null", "--cpus=0.5", "--memory=64m", "--pids-limit=20");
    // Its limit holds for each tenth of a second, so a look may see a little more than half.
    String json = json("busy");
    assertThat(number(json, "cpuPercent")).isGreaterThan(0).isLessThan(60);
    assertThat(number(json, "cpuLimit")).isEqualTo(500e6);
    assertThat(number(json, "memoryLimit")).isEqualTo(64 << 20);
    assertThat(number(json, "pidsLimit")).isEqualTo(20);
    assertThat(number(json, "pids")).isBetween(1.0, 2.0);
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "busy"))
        .containsPattern("\n[0-9a-f]{12}  busy  [0-9.]+% / 50.00% +[0-9.]+[KM]iB / 64MiB ")
        .containsPattern("  [12] / 20\n$");
  }

  @Test
  void memoryIsWhatTheContainerFills() throws Exception {
    start(
        Caller.ROOT,
        "full",
        "dd if=/dev/zero of=/dev/shm/file bs=1M count=32 && echo full && sleep 1000");
    LivingContainers.await(
        "it is full", () -> output(Caller.ROOT, "logs", "full").contains("full\n"));
    String json = json("full");
    assertThat(number(json, "memory")).isBetween(32.0 * (1 << 20), 40.0 * (1 << 20));
    assertThat(json).contains("\"memoryLimit\":-1,", "\"cpuLimit\":-1,");
    assertThat(output(Caller.ROOT, "stats", "--no-stream"))
        .containsPattern(" full  [0-9.]+% / none +3[2-9][0-9.]*MiB / [0-9.]+[GT]iB ");
  }

  @Test
  void networkOfItsOwnIsCountedAndTheHostsIsNot() throws Exception {
    start(Caller.ROOT, "own", "sleep 1000");
    start(Caller.ROOT, "host", "sleep 1000", "--network=host");
    assertThat(json("own")).contains("\"networkReceived\":0,\"networkSent\":0}");
    Result host = jrun(Caller.ROOT, "stats", "--no-stream", "--json", "host");
    assertThat(host.out()).contains("\"networkReceived\":null,\"networkSent\":null}");
    assertThat(host.err())
        .isEqualTo(
            "jrun: container 'host': network use cannot be told, for its network is the host's or"
                + " not to be seen\n");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void whatCannotBeToldIsNotZero(Caller caller) throws Exception {
    start(caller, "web", "sleep 1000");
    Result result = jrun(caller, "stats", "--no-stream");
    assertThat(result.out().lines().skip(1))
        .singleElement()
        .asString()
        .endsWith("  web   -- / --        -- / --            --     0B / 0B  -- / --    -- / --");
    assertThat(result.err())
        .isEqualTo(
            "jrun: container 'web': processor time, memory, disk use and the number of processes"
                + " cannot be told, for it has no cgroup of its own; root's containers have one, and those of"
                + " a user who starts jrun in a cgroup of version 2 that is delegated to him\n");
    assertThat(jrun(caller, "stats", "--no-stream", "-q").err()).isEmpty();
    assertThat(output(caller, "stats", "--no-stream", "--json"))
        .contains("\"cpuPercent\":null,\"cpuTime\":null,", "\"memory\":null,", "\"pids\":null,");
  }

  @Test
  void containersThatHaveEndedAreShownIfWanted() throws Exception {
    start(Caller.ROOT, "done", "exit 0");
    LivingContainers.await("it has ended", () -> output(Caller.ROOT, "ps", "-q").isEmpty());
    assertThat(output(Caller.ROOT, "stats", "--no-stream")).doesNotContain("done").hasLineCount(1);
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "-a")).contains("  done  -- / --  ");
    assertThat(jrun(Caller.ROOT, "stats", "--no-stream", "done"))
        .isEqualTo(new Result(125, "", "jrun: container 'done': does not run, it is exited\n"));
  }

  @Test
  void withoutATerminalALineFollowsTheOtherUntilTheContainerEnds() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    Process stats =
        Caller.ROOT
            .builder(work, containers.command(Caller.ROOT, "stats", "--interval", "0.1", "web"))
            .start();
    try (BufferedReader lines = reader(stats)) {
      assertThat(lines.readLine()).startsWith("CONTAINER ID  NAME  CPU % / LIMIT");
      for (int i = 0; i < 3; i++) {
        assertThat(lines.readLine()).matches("[0-9a-f]{12}  web   .* / 2048");
      }
      output(Caller.ROOT, "kill", "web");
      assertThat(lines.lines().toList()).allMatch(line -> line.contains("  web   "));
    }
    assertThat(stats.waitFor()).isZero();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void onATerminalATableIsDrawnAnewAndAnInterruptLeavesTheTerminalAsItWas() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    String command = containers.words(Caller.ROOT, "stats", "--interval=0.1");
    Process script =
        new ProcessBuilder(
                List.of(
                    "env",
                    "SHELL=/bin/bash",
                    "script",
                    "-qec",
                    "stty -g; " + command + "; s=$?; echo; echo status $s; stty -g",
                    "/dev/null"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    StringBuilder shown = new StringBuilder();
    // Two lines up is where the table of one container was begun.
    readUntil(script, shown, "\u001b[2A\u001b[JCONTAINER ID");
    script.getOutputStream().write(INTERRUPT.getBytes(StandardCharsets.UTF_8));
    script.getOutputStream().flush();
    readUntil(script, shown, "status 130\r\n");
    String modes = shown.substring(0, shown.indexOf("\r\n"));
    readUntil(script, shown, modes + "\r\n");
    assertThat(last(shown, "\u001b\\[\\?25[hl]")).isEqualTo("\u001b[?25h");
    assertThat(last(shown, "\u001b\\[\\?7[hl]")).isEqualTo("\u001b[?7h");
    script.getOutputStream().close();
    assertThat(script.waitFor()).isZero();
  }

  private static String last(CharSequence text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .reduce((first, second) -> second)
        .orElseThrow()
        .group();
  }

  private static void readUntil(Process process, StringBuilder shown, String end)
      throws IOException {
    int from = shown.length();
    while (shown.indexOf(end, from) < 0) {
      int c = process.getInputStream().read();
      assertThat(c).as("before '%s' there was the end of: %s", end, shown).isNotNegative();
      shown.append((char) c);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.01", "-1", "soon", "1e3"})
  void intervalIsATime(String interval) throws Exception {
    assertThat(jrun(Caller.ROOT, "stats", "--interval=" + interval))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --interval '"
                    + interval
                    + "' is no number of seconds from 0.1 to 99999.999, with three decimals at"
                    + " most; see 'jrun stats --help'\n"));
  }

  @Test
  void readerThatLeavesEndsIt() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    String stats = containers.words(Caller.ROOT, "stats", "--interval=0.1");
    Path status = work.resolve("status");
    Images.check(work, "{ " + stats + " || echo $? >" + status + "; } | head -n 1");
    assertThat(Files.readString(status)).isEqualTo("141\n");
  }
}
