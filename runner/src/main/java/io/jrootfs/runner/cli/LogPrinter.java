package io.jrootfs.runner.cli;

import io.jrootfs.runner.state.LogEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/**
 * Prints what a container has said, lines in parts as one. Several can print at the same time, each
 * of another container.
 */
final class LogPrinter {
  /** Of a line that is gathered; what is longer is printed as several. */
  private static final int MAX_LINE = 1 << 20;

  private final Console console;
  private final String name;
  private final boolean timestamps;
  private final StringBuilder line = new StringBuilder();
  private boolean inLine;
  private boolean isError;

  /**
   * @param name before each line, which then is printed once it is whole; empty: none
   */
  LogPrinter(Console console, String name, boolean timestamps) {
    this.console = console;
    this.name = name;
    this.timestamps = timestamps;
  }

  /**
   * Prints it, or gathers it.
   *
   * @return whether somebody may still read standard output
   * @throws UncheckedIOException if standard error cannot be written
   */
  boolean print(LogEntry entry) {
    if (name.isEmpty()) {
      printAtOnce(entry);
    } else {
      gather(entry);
    }
    return !console.out().checkError();
  }

  private void gather(LogEntry entry) {
    // Half a line on one stream, then one on the other: the former has no other half to wait for.
    if (inLine && isError != entry.isError()) {
      close();
    }
    isError = entry.isError();
    if (!inLine) {
      line.append(name).append(' ');
      if (timestamps) {
        line.append(entry.time()).append(' ');
      }
    }
    line.append(entry.text());
    inLine = true;
    if (entry.isWhole() || line.length() > MAX_LINE) {
      close();
    }
  }

  private void printAtOnce(LogEntry entry) {
    PrintWriter writer = writer(entry.isError());
    if (timestamps && !inLine) {
      writer.print(entry.time() + " ");
    }
    writer.print(entry.text());
    if (entry.isWhole()) {
      writer.println();
    }
    inLine = !entry.isWhole();
    flush(writer);
  }

  private PrintWriter writer(boolean error) {
    return error ? console.err() : console.out();
  }

  /** Of standard output jrun tells at its end; the other one holds no results but here. */
  private void flush(PrintWriter writer) {
    if (writer.checkError() && writer == console.err()) {
      throw new UncheckedIOException(
          new IOException("cannot write to standard error; is the disk full?"));
    }
  }

  /**
   * Prints what is left of a line that was gathered and has no end.
   *
   * @throws UncheckedIOException if standard error cannot be written
   */
  void close() {
    if (line.length() > 0) {
      PrintWriter writer = writer(isError);
      // In one piece: others print, too.
      writer.print(line.append('\n'));
      line.setLength(0);
      inLine = false;
      flush(writer);
    }
  }
}
