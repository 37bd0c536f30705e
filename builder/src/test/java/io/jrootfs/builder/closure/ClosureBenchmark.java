package io.jrootfs.builder.closure;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The closure of every dynamic program in /usr/bin and /usr/sbin, in a warm JVM. {@code mvn -Pbench
 * verify} runs it; as a process, beside the peers, it is among the benchmarks of module recipes.
 */
class ClosureBenchmark {
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
    System.out.printf(
        Locale.ROOT,
        "closure of %d programs in a warm JVM: median %.1f ms, mean %.1f ms%n",
        WarmClosure.dynamicPrograms().size(),
        time.getStatistics().getPercentile(50),
        time.getScore());
  }
}
