package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes BENCHMARKS.md and its chart. */
final class Report {
  private final StringBuilder text = new StringBuilder();

  private Report() {}

  /**
   * Writes both.
   *
   * @param directory of the project
   * @param machine lines about what it was measured on
   */
  static void write(Path directory, ImmutableList<String> machine, ImmutableList<Contest> contests)
      throws IOException {
    Report report = new Report();
    report.head(machine);
    report.claims(contests);
    contests.forEach(report::contest);
    Files.writeString(directory.resolve("BENCHMARKS.md"), report.text.toString());
    Files.writeString(directory.resolve("benchmarks.svg"), Chart.of(contests));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void head(ImmutableList<String> machine) {
    line("# Benchmarks");
    line("");
    line(
        "Written by `mvn -Pbench verify`, which measures everything anew, in one run and side by side:");
    line(
        "contestants take turns, medians count, the page cache is warm. CONTRIBUTING.md has what it needs.");
    line("");
    machine.forEach(each -> line("- %s", each));
    line("");
    line("![Times of all contests, ours and the peers'](benchmarks.svg)");
    line("");
  }

  private void claims(ImmutableList<Contest> contests) {
    line("## Targets");
    line("");
    line("| what | target | measured | met |");
    line("| --- | --- | ---: | --- |");
    for (Contest contest : contests) {
      for (Contest.Claim claim : contest.claims()) {
        line(
            "| %s | %s | %s | %s |",
            contest.title(), claim.text(), claim.figure(), claim.isMet() ? "yes" : "no");
      }
    }
    line("");
  }

  private void contest(Contest contest) {
    line("## %s", contest.title());
    line("");
    line("| | %s | of the first |", contest.unit());
    line("| --- | ---: | ---: |");
    double first = contest.entries().get(0).value();
    for (Contest.Entry entry : contest.entries()) {
      line("| %s | %s | %.2f x |", entry.name(), number(entry.value()), entry.value() / first);
    }
    for (Contest.Refusal refusal : contest.refusals()) {
      line("| %s | - | - |", refusal.name());
    }
    line("");
    for (Contest.Refusal refusal : contest.refusals()) {
      line("%s does not run on this machine, and says: `%s`", refusal.name(), refusal.words());
      line("");
    }
  }

  /** Three digits say enough. */
  static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }
}
