package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.inspect.Difference.Subject;
import io.jrootfs.builder.text.Printable;

/**
 * Differences as lines under a heading each kind: {@code -} what only the first image has, {@code
 * +} what only the second has, {@code ~} what both have differently.
 */
public final class ComparisonText {
  private ComparisonText() {}

  /** Every line ends in a newline; without differences there is none. */
  public static String of(ImmutableList<Difference> differences) {
    StringBuilder text = new StringBuilder();
    for (Subject subject : Subject.values()) {
      StringBuilder lines = new StringBuilder();
      for (Difference difference : differences) {
        if (difference.subject() == subject) {
          lines.append("  ").append(line(difference)).append('\n');
        }
      }
      if (!lines.isEmpty()) {
        text.append(subject.heading()).append(":\n").append(lines);
      }
    }
    return text.toString();
  }

  private static String line(Difference difference) {
    String first = difference.first().orElse("");
    String second = difference.second().orElse("");
    String name = difference.name();
    if (difference.aspect().isEmpty() && difference.second().isEmpty()) {
      return Printable.of("- " + name + ": " + first);
    }
    if (difference.aspect().isEmpty() && difference.first().isEmpty()) {
      return Printable.of("+ " + name + ": " + second);
    }
    String subject = difference.aspect().isEmpty() ? name : name + ": " + difference.aspect();
    return Printable.of(
        "~ "
            + subject
            + ": "
            + (difference.first().isEmpty() ? "(none)" : first)
            + " -> "
            + (difference.second().isEmpty() ? "(none)" : second));
  }
}
