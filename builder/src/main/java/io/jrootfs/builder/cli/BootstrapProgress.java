package io.jrootfs.builder.cli;

import io.jrootfs.builder.debian.BootstrapEvent;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Shows what a back end says, in one of the four styles. */
final class BootstrapProgress implements Consumer<BootstrapEvent>, AutoCloseable {
  private final String command;
  private final ProgressLine line;
  private final boolean verbose;

  /**
   * @param command whose name warnings have
   * @param isTerminal whether {@code err} is one
   * @param verbose whether notes are shown in the plain style, too
   */
  BootstrapProgress(
      String command, PrintWriter err, ProgressStyle style, boolean isTerminal, boolean verbose) {
    this.command = command;
    this.line = new ProgressLine(err, style, isTerminal);
    this.verbose = verbose;
  }

  @Override
  public void accept(BootstrapEvent event) {
    if (event instanceof Progress progress) {
      line.show(progress.stage(), progress.done(), progress.total());
    } else if (event instanceof Warning warning) {
      line.say("warning", warning.text(), command + ": warning: " + warning.text());
    } else if (event instanceof Note note && isShown()) {
      line.say("note", note.text(), "  " + note.text());
    }
  }

  /** A bar has no room for notes; programs may read them all. */
  private boolean isShown() {
    return line.style() == ProgressLine.Style.JSON
        || (line.style() == ProgressLine.Style.PLAIN && verbose);
  }

  @Override
  public void close() {
    line.close();
  }
}
