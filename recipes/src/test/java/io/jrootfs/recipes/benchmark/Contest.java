package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * What was measured side by side, in one run.
 *
 * @param title what all do
 * @param unit of the values, ms or kB
 * @param entries in order of the table
 * @param refusals who could not take part
 * @param claims what is wanted of the values
 */
record Contest(
    String title,
    String unit,
    ImmutableList<Entry> entries,
    ImmutableList<Refusal> refusals,
    ImmutableList<Claim> claims) {
  /**
   * A median.
   *
   * @param value in the contest's unit
   */
  record Entry(String name, double value) {}

  /**
   * A contestant that does not run on this machine.
   *
   * @param words its own
   */
  record Refusal(String name, String words) {}

  /**
   * A target and what came of it.
   *
   * @param text in words, with the limit
   * @param value what is to be at most the limit
   * @param limit a ratio, or a value in the contest's unit
   * @param unit of both; {@code x} of a ratio
   */
  record Claim(String text, double value, double limit, String unit) {
    boolean isMet() {
      return value <= limit;
    }

    String figure() {
      return unit.equals("x")
          ? String.format(Locale.ROOT, "%.2f x", value)
          : String.format(Locale.ROOT, "%.0f %s", value, unit);
    }
  }

  double of(String name) {
    return entries.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(title + " has no '" + name + "'"))
        .value();
  }

  /** Ours must take at most {@code limit} times what the peer takes. */
  Contest atMost(double limit, String ours, String peer) {
    return with(
        new Claim(
            String.format(Locale.ROOT, "%s: at most %s x %s", ours, plain(limit), peer),
            of(ours) / of(peer),
            limit,
            "x"));
  }

  /** Ours must take at most so much. */
  Contest atMost(double limit, String ours) {
    return with(
        new Claim(
            String.format(Locale.ROOT, "%s: at most %s %s", ours, plain(limit), unit),
            of(ours),
            limit,
            unit));
  }

  private static String plain(double number) {
    return number == Math.rint(number)
        ? String.valueOf((long) number)
        : String.format(Locale.ROOT, "%.3f", number).replaceFirst("0+$", "");
  }

  private Contest with(Claim claim) {
    return new Contest(
        title,
        unit,
        entries,
        refusals,
        ImmutableList.<Claim>builder().addAll(claims).add(claim).build());
  }
}
