package io.jrootfs.builder.cli;

/** How the progress of long work is shown. */
enum ProgressStyle {
  /** A bar on a terminal, else plain. */
  AUTO,
  /** A line when something begins. */
  PLAIN,
  /** A JSON object a line. */
  JSON,
  NONE
}
