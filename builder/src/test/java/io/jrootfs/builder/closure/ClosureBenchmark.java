package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The closure of every dynamic program in /usr/bin and /usr/sbin, in a warm JVM and as a process
 * beside libtree, lddtree and ldd. {@code mvn -Pbench verify} runs it.
 *
 * <p>jbuild and libtree take turns, so that what else the machine does hits both; the two that take
 * many times longer run once. libtree is told to follow what it else leaves out because most
 * systems have it; each file once, as we do.
 */
class ClosureBenchmark {
  private static final int ROUNDS = 11;

  @TempDir Path work;

  @Test
  void inAWarmJvm() throws Exception {
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(WarmClosure.class.getName())
                    .forks(1)
                    .warmupIterations(5)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(2))
                    .shouldFailOnError(true)
                    .build())
            .runSingle();
    Result<?> time = result.getPrimaryResult();
    report(
        "closure of %d programs in a warm JVM: median %.1f ms, mean %.1f ms%n",
        WarmClosure.dynamicPrograms().size(),
        time.getStatistics().getPercentile(50),
        time.getScore());
  }

  /** The heap is limited, so that more than 64 MiB fails. */
  @Test
  void asAProcessBesideThePeers() throws Exception {
    List<String> programs = WarmClosure.dynamicPrograms();
    ImmutableList<String> all = ImmutableList.copyOf(programs);
    List<Double> jbuild = new ArrayList<>();
    List<Double> libtree = new ArrayList<>();
    List<Double> bash = new ArrayList<>();
    List<Double> nothing = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      jbuild.add(run(jbuild(all)));
      libtree.add(peer(with(ImmutableList.of("libtree", "-vv"), all)));
      bash.add(run(jbuild(ImmutableList.of("bash"))));
      nothing.add(run(java(ImmutableList.of("-version"))));
    }
    double lddtree = peer(with(ImmutableList.of("lddtree"), all));
    double ldd = peer(with(ImmutableList.of("sh", "-c", "for each; do ldd $each; done", "-"), all));
    report(
        "closure of %d programs: jbuild %.0f ms, libtree %.0f ms (ratio %.1f), lddtree %.0f ms,"
            + " ldd in a loop %.0f ms%n",
        programs.size(),
        median(jbuild),
        median(libtree),
        median(jbuild) / median(libtree),
        lddtree,
        ldd);
    report(
        "closure of bash: jbuild %.0f ms, java -version %.0f ms%n", median(bash), median(nothing));
  }

  private static ImmutableList<String> jbuild(ImmutableList<String> programs) {
    return java(
        with(
            ImmutableList.of(
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.jrootfs.builder.cli.Main",
                "closure",
                "--format=list"),
            programs));
  }

  /** As lib/start-java.sh starts it. */
  private static ImmutableList<String> java(ImmutableList<String> arguments) {
    return with(
        ImmutableList.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-XX:-MaxFDLimit"),
        arguments);
  }

  private static ImmutableList<String> with(
      ImmutableList<String> command, ImmutableList<String> arguments) {
    return ImmutableList.<String>builder().addAll(command).addAll(arguments).build();
  }

  /** Of programs that find less than the loader does, and say so by their status. */
  private double peer(ImmutableList<String> command) throws Exception {
    double milliseconds = run(command, /* mustSucceed= */ false);
    assertThat(work.resolve("talk")).content().contains("libc.so.6");
    return milliseconds;
  }

  private double run(ImmutableList<String> command) throws Exception {
    return run(command, /* mustSucceed= */ true);
  }

  /** In milliseconds. */
  private double run(ImmutableList<String> command, boolean mustSucceed) throws Exception {
    Path talk = work.resolve("talk");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(talk.toFile());
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    long begin = System.nanoTime();
    int status = builder.start().waitFor();
    double milliseconds = (System.nanoTime() - begin) / 1e6;
    if (mustSucceed) {
      assertThat(status).as(command.get(0) + ": " + Files.readString(talk)).isZero();
    }
    return milliseconds;
  }

  private static void report(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
