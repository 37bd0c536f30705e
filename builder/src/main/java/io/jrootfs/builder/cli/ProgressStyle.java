package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;

/** How the progress of long work is shown. */
enum ProgressStyle {
  /** A bar on a terminal, else plain. */
  AUTO,
  /** A line when something begins. */
  PLAIN,
  /** A JSON object a line. */
  JSON,
  NONE;

  /** The words of {@code --progress}. */
  static final class Converter extends EnumConverter<ProgressStyle> {
    Converter() {
      super(values(), style -> Ascii.toLowerCase(style.name()));
    }
  }
}
