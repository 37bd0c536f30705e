package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * Bars for each contest, ours darker, as SVG (W3C, SVG 1.1). Contests differ by four orders of
 * magnitude, so each has its own scale.
 */
final class Chart {
  private static final int WIDTH = 900;
  private static final int NAMES = 330;
  private static final int ROOM = WIDTH - NAMES - 110;
  private static final int ROW = 20;

  private final StringBuilder svg = new StringBuilder();
  private int y = 10;

  private Chart() {}

  static String of(ImmutableList<Contest> contests) {
    Chart chart = new Chart();
    contests.forEach(chart::contest);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        %s</svg>
        """
        .formatted(WIDTH, chart.y + 10, chart.svg);
  }

  private void contest(Contest contest) {
    y += 30;
    add("<text x=\"10\" y=\"%d\" font-weight=\"bold\">%s</text>", y, escaped(contest.title()));
    y += 8;
    double most = contest.entries().stream().mapToDouble(Contest.Entry::value).max().orElseThrow();
    for (Contest.Entry entry : contest.entries()) {
      boolean isOurs = entry.name().startsWith("jbuild") || entry.name().startsWith("jrun");
      double length = Math.max(1, ROOM * entry.value() / most);
      add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
          NAMES, y + 14, escaped(entry.name()));
      add(
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
          NAMES + 8, y + 3, length, ROW - 6, isOurs ? "#1f5fa8" : "#b9c3cf");
      add(
          "<text x=\"%.1f\" y=\"%d\">%s %s</text>",
          NAMES + 14 + length, y + 14, Report.number(entry.value()), contest.unit());
      y += ROW;
    }
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("`", "");
  }
}
