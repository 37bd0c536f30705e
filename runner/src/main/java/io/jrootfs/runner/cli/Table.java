package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.text.Printable;

/** Columns that stand below one another. */
final class Table {
  private static final int GAP = 2;

  private Table() {}

  /**
   * One line for each row.
   *
   * @param rows of as many cells each, the headings first; what a terminal would obey is shown
   */
  static ImmutableList<String> lines(ImmutableList<ImmutableList<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (ImmutableList<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Printable.of(row.get(i)).length());
      }
    }
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (ImmutableList<String> row : rows) {
      lines.add(line(row, widths));
    }
    return lines.build();
  }

  private static String line(ImmutableList<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = Printable.of(row.get(i));
      line.append(cell);
      if (i + 1 < widths.length) {
        line.append(" ".repeat(widths[i] - cell.length() + GAP));
      }
    }
    return line.toString();
  }
}
