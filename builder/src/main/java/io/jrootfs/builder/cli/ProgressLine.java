package io.jrootfs.builder.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.Strings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** How far long work is, in one of the four styles, and what is said meanwhile. */
final class ProgressLine implements AutoCloseable {
  private static final int BAR_WIDTH = 24;
  private static final int LINE_WIDTH = 79;

  /** Erases the line (ECMA-48, EL) after returning to its start. */
  private static final String LINE_AGAIN = "\r\u001b[K";

  private final PrintWriter err;
  private final Style style;
  private String stage = "";
  private int shownPercent = -1;

  /** What is written. */
  enum Style {
    BAR,
    PLAIN,
    JSON,
    NONE
  }

  /**
   * @param isTerminal whether {@code err} is one
   */
  ProgressLine(PrintWriter err, ProgressStyle style, boolean isTerminal) {
    this.err = err;
    this.style =
        switch (style) {
          case AUTO -> isTerminal ? Style.BAR : Style.PLAIN;
          case PLAIN -> Style.PLAIN;
          case JSON -> Style.JSON;
          case NONE -> Style.NONE;
        };
  }

  Style style() {
    return style;
  }

  /**
   * @param total 0 if nobody knows
   */
  void show(String newStage, long done, long total) {
    switch (style) {
      case BAR -> bar(newStage, total == 0 ? -1 : (int) (done * 100 / total));
      case PLAIN -> plain(newStage);
      case JSON -> json(newStage, done, total);
      case NONE -> {}
    }
    err.flush();
  }

  private void bar(String newStage, int percent) {
    if (!newStage.equals(stage) || percent != shownPercent) {
      stage = newStage;
      shownPercent = percent;
      err.print(LINE_AGAIN + shortened(line(percent)));
    }
  }

  private String line(int percent) {
    if (percent < 0) {
      return stage + " ...";
    }
    int full = percent * BAR_WIDTH / 100;
    return String.format(
        "[%s%s] %3d%% %s",
        Strings.repeat("#", full), Strings.repeat(".", BAR_WIDTH - full), percent, stage);
  }

  private static String shortened(String line) {
    return line.length() <= LINE_WIDTH ? line : line.substring(0, LINE_WIDTH);
  }

  private void plain(String newStage) {
    if (!newStage.equals(stage)) {
      stage = newStage;
      err.println(stage);
    }
  }

  private void json(String newStage, long done, long total) {
    object(
        json -> {
          json.writeStringField("stage", newStage);
          if (total > 0) {
            json.writeNumberField("done", done);
            json.writeNumberField("total", total);
          }
        });
  }

  /** Something to read beside the bar or between the lines; for programs one member. */
  void say(String member, String value, String line) {
    switch (style) {
      case BAR -> {
        err.println(LINE_AGAIN + line);
        shownPercent = -1;
      }
      case PLAIN -> err.println(line);
      case JSON -> object(json -> json.writeStringField(member, value));
      case NONE -> {}
    }
    err.flush();
  }

  /** What is in an object. */
  private interface Members {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private void object(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      members.writeTo(json);
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
