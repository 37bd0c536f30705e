package io.jrootfs.builder.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.Strings;
import io.jrootfs.builder.debian.BootstrapEvent;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Shows what a back end says, in one of the four styles. */
final class BootstrapProgress implements Consumer<BootstrapEvent>, AutoCloseable {
  private static final int BAR_WIDTH = 24;
  private static final int LINE_WIDTH = 79;

  /** Erases the line (ECMA-48, EL) after returning to its start. */
  private static final String LINE_AGAIN = "\r\u001b[K";

  private final PrintWriter err;
  private final Style style;
  private final boolean verbose;
  private String stage = "";
  private int shownPercent = -1;

  private enum Style {
    BAR,
    PLAIN,
    JSON,
    NONE
  }

  /**
   * @param isTerminal whether {@code err} is one
   * @param verbose whether notes are shown in the plain style, too
   */
  BootstrapProgress(PrintWriter err, ProgressStyle style, boolean isTerminal, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
    this.style =
        switch (style) {
          case AUTO -> isTerminal ? Style.BAR : Style.PLAIN;
          case PLAIN -> Style.PLAIN;
          case JSON -> Style.JSON;
          case NONE -> Style.NONE;
        };
  }

  @Override
  public void accept(BootstrapEvent event) {
    switch (style) {
      case BAR -> bar(event);
      case PLAIN -> plain(event);
      case JSON -> json(event);
      case NONE -> {}
    }
    err.flush();
  }

  private void bar(BootstrapEvent event) {
    if (event instanceof Progress progress) {
      int percent = percent(progress);
      if (!progress.stage().equals(stage) || percent != shownPercent) {
        stage = progress.stage();
        shownPercent = percent;
        err.print(LINE_AGAIN + shortened(line(progress, percent)));
      }
    } else if (event instanceof Warning warning) {
      err.println(LINE_AGAIN + "jbuild rootfs: warning: " + warning.text());
      shownPercent = -1;
    }
  }

  /** -1 if nobody knows. */
  private static int percent(Progress progress) {
    return progress.total() == 0 ? -1 : (int) (progress.done() * 100 / progress.total());
  }

  private static String line(Progress progress, int percent) {
    if (percent < 0) {
      return progress.stage() + " ...";
    }
    int full = percent * BAR_WIDTH / 100;
    return String.format(
        "[%s%s] %3d%% %s",
        Strings.repeat("#", full),
        Strings.repeat(".", BAR_WIDTH - full),
        percent,
        progress.stage());
  }

  private static String shortened(String line) {
    return line.length() <= LINE_WIDTH ? line : line.substring(0, LINE_WIDTH);
  }

  private void plain(BootstrapEvent event) {
    if (event instanceof Progress progress && !progress.stage().equals(stage)) {
      stage = progress.stage();
      err.println(stage);
    } else if (event instanceof Warning warning) {
      err.println("jbuild rootfs: warning: " + warning.text());
    } else if (event instanceof Note note && verbose) {
      err.println("  " + note.text());
    }
  }

  private void json(BootstrapEvent event) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      if (event instanceof Progress progress) {
        json.writeStringField("stage", progress.stage());
        if (progress.total() > 0) {
          json.writeNumberField("done", progress.done());
          json.writeNumberField("total", progress.total());
        }
      } else if (event instanceof Warning warning) {
        json.writeStringField("warning", warning.text());
      } else if (event instanceof Note note) {
        json.writeStringField("note", note.text());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    err.println(text);
  }

  /** Clears the bar away, for whatever is said next. */
  @Override
  public void close() {
    if (style == Style.BAR) {
      err.print(LINE_AGAIN);
      err.flush();
    }
  }
}
