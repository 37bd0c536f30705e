package io.jrootfs.runner.spec;

/** When the container has a pseudo-terminal of its own. */
public enum TerminalMode {
  /** When standard input and output are terminals. */
  AUTOMATIC,
  ALWAYS,
  NEVER
}
