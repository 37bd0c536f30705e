package io.jrootfs.runner.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One of the things that jrun can be told to do. */
interface Command {
  /** Its words: {@code jrun}, {@code jrun ps} and so on, with options and parameters. */
  CommandSpec declare();

  /** Whether its last words are a program with arguments, which its exit status is that of. */
  default boolean runsAProgram() {
    return false;
  }

  /**
   * Whether it is about containers that there are, and makes none; the launcher's {@code main.c}
   * has their words, too.
   */
  default boolean isAboutContainers() {
    return true;
  }

  /** Whether its exit status is that of a container that was there before. */
  default boolean endsAsAContainer() {
    return false;
  }

  /**
   * Does it.
   *
   * @throws UsageException if the words make no sense
   * @throws Exception for all that {@link Failure} tells apart
   */
  void run(ParseResult parsed, Console console) throws Exception;
}
