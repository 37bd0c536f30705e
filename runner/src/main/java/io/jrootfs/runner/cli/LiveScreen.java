package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;

/**
 * Lines on a terminal that the next ones take the place of. What was above stays, and so do the
 * last lines. The control sequences are those of ECMA-48 and DEC's VT510, which every terminal of
 * today has.
 */
final class LiveScreen implements AutoCloseable {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";

  /** A line that is too long ends at the margin, so that lines can be counted. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final String ERASE_BELOW = "\u001b[J";

  private final PrintWriter out;

  /** Runs when a signal ends the JVM, beside the thread that shows lines. */
  private final Thread restoring = new Thread(this::restore, "terminal");

  private int shown;
  private boolean over;

  LiveScreen(PrintWriter out) {
    this.out = out;
    Runtime.getRuntime().addShutdownHook(restoring);
  }

  /** Shows lines instead of those before. */
  synchronized void show(ImmutableList<String> lines) {
    if (over) {
      return;
    }
    StringBuilder frame = new StringBuilder(HIDE_CURSOR + NO_WRAP);
    if (shown > 0) {
      frame.append("\u001b[").append(shown).append('A');
    }
    frame.append(ERASE_BELOW);
    lines.forEach(line -> frame.append(line).append('\n'));
    out.print(frame);
    out.flush();
    shown = lines.size();
  }

  private synchronized void restore() {
    if (!over) {
      out.print(WRAP + SHOW_CURSOR);
      out.flush();
    }
    over = true;
  }

  @Override
  public void close() {
    restore();
    Runtime.getRuntime().removeShutdownHook(restoring);
  }
}
