package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever of a container is killed, at whatever moment: it is listed and removed as any other, and
 * the next one may have its name. {@link LiveTest} sees that nothing is left of either.
 */
class KilledTest extends LiveTest {
  private static final int ROUNDS = 5;

  /** Commands end within seconds, whoever else is killed. */
  private static final int PATIENCE_SECONDS = 60;

  private static final String DEAF = "trap '' TERM; while :; do sleep 0.1; done";

  private Process begin(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(Caller.ROOT.as(work, containers.command(Caller.ROOT, arguments)));
    return new ProcessBuilder(command)
        .directory(work.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Kills one of those that know the records, or the container's first process if it is known. */
  private void killOne(Random chance, List<String> others) throws Exception {
    // From nothing to a second: most happens at the beginning.
    Thread.sleep((long) Math.pow(2, chance.nextDouble() * 10) - 1);
    List<String> all = new ArrayList<>(others);
    for (Path process : LivingContainers.processes(containers.records(Caller.ROOT))) {
      all.add(process.getFileName().toString());
    }
    if (!all.isEmpty()) {
      kill(all.get(chance.nextInt(all.size())));
    }
  }

  private static void kill(String pid) {
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
  }

  private void assertEverythingIsInOrder(String what) throws Exception {
    assertThat(jrun(Caller.ROOT, "ps", "-a").status()).as(what).isZero();
    Result removed = jrun(Caller.ROOT, "rm", "-f", "web");
    assertThat(removed.status() == 0 || removed.err().contains("there is none of this name"))
        .as(what + ": " + removed)
        .isTrue();
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m");
    assertThat(jrun(Caller.ROOT, "exec", "web", "true")).as(what).isEqualTo(new Result(0, "", ""));
    output(Caller.ROOT, "rm", "-f", "web");
    assertThat(output(Caller.ROOT, "ps", "-aq")).as(what).isEmpty();
  }

  @Test
  void whileItIsStarted() throws Exception {
    long seed = System.nanoTime();
    Random chance = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Process starting =
          begin("-d", "--name=web", "--memory=64m", image.toString(), "sh", "-c", "sleep 1000");
      killOne(chance, ImmutableList.of());
      assertThat(starting.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertEverythingIsInOrder("seed " + seed + ", round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"launcher", "keeper", "first process", "launcher and keeper", "all"})
  void whileItRuns(String victims) throws Exception {
    start(Caller.ROOT, "web", DEAF, "--memory=64m");
    String first = pid(Caller.ROOT, "web");
    String launcher = containers.field(Caller.ROOT, "web", "launcherPid");
    List<String> keepers = new ArrayList<>();
    for (Path process : LivingContainers.processes(containers.records(Caller.ROOT))) {
      keepers.add(process.getFileName().toString());
    }
    keepers.remove(launcher);
    assertThat(keepers).isNotEmpty();
    boolean all = victims.equals("all");
    if (all || victims.contains("keeper")) {
      keepers.forEach(KilledTest::kill);
    }
    if (all || victims.contains("launcher")) {
      kill(launcher);
    }
    if (all || victims.contains("first")) {
      kill(first);
    }
    assertEverythingIsInOrder(victims);
  }

  @ParameterizedTest
  @CsvSource({"stop -t 1 web", "rm -f web"})
  void whileItIsStoppedOrRemoved(String command) throws Exception {
    long seed = System.nanoTime();
    Random chance = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      start(Caller.ROOT, "web", DEAF, "--memory=64m");
      String first = pid(Caller.ROOT, "web");
      Process ending = begin(command.split(" "));
      killOne(chance, ImmutableList.of(first));
      assertThat(ending.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertEverythingIsInOrder(command + ", seed " + seed + ", round " + round);
    }
  }
}
