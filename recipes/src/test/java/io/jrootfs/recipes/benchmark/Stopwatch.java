package io.jrootfs.recipes.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures contestants with hyperfine(1). They take turns, so that what else the machine does hits
 * all of them.
 */
final class Stopwatch {
  private final Workshop workshop;

  Stopwatch(Workshop workshop) {
    this.workshop = workshop;
  }

  /**
   * Measures a contest.
   *
   * @param rounds how often each has its turn
   * @param runs of each turn
   */
  Contest measure(String title, int rounds, int runs, List<Contestant> all)
      throws IOException, InterruptedException {
    List<Contestant> contestants = new ArrayList<>();
    ImmutableList.Builder<Contest.Refusal> refusals = ImmutableList.builder();
    for (Contestant contestant : all) {
      String words = contestant.mayRefuse() ? workshop.refusal(contestant.command()) : "";
      if (words.isEmpty()) {
        contestants.add(contestant);
      } else {
        refusals.add(new Contest.Refusal(contestant.name(), words));
      }
    }
    List<List<Double>> times = new ArrayList<>();
    contestants.forEach(each -> times.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        Contestant contestant = contestants.get(i);
        if (!contestant.isSlow()) {
          times.get(i).addAll(turn(contestant, 1, runs));
        } else if (round == 0) {
          times.get(i).addAll(turn(contestant, 0, 1));
        }
      }
    }
    ImmutableList.Builder<Contest.Entry> entries = ImmutableList.builder();
    for (int i = 0; i < contestants.size(); i++) {
      entries.add(new Contest.Entry(contestants.get(i).name(), 1000 * median(times.get(i))));
    }
    return new Contest(title, "ms", entries.build(), refusals.build(), ImmutableList.of());
  }

  /** Seconds of single runs, after {@code warmup} that do not count. */
  private List<Double> turn(Contestant contestant, int warmup, int runs)
      throws IOException, InterruptedException {
    Path times = workshop.directory().resolve("times.json");
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add(
        "hyperfine", "--shell=none", "--style=none", "--warmup=" + warmup, "--runs=" + runs);
    if (!contestant.prepare().isEmpty()) {
      command.add("--prepare", "sh -euc '" + contestant.prepare() + "'");
    }
    command.add("--export-json=" + times, contestant.command());
    workshop.execute(command.build());
    List<Double> seconds = new ArrayList<>();
    JsonNode results = new ObjectMapper().readTree(times.toFile()).get("results");
    results.get(0).get("times").forEach(time -> seconds.add(time.asDouble()));
    return seconds;
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
