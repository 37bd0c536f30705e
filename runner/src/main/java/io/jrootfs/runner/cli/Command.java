package io.jrootfs.runner.cli;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** One of the things that jrun can be told to do. */
interface Command {
  /** Its words: {@code jrun}, {@code jrun ps} and so on, with options and parameters. */
  Declaration declare();

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

  /**
   * The option of every command that tells more of errors.
   *
   * @param names that it has there
   */
  static OptionSpec.Builder verboseCalled(String... names) {
    return Options.flag("With an error, also say where it arose.", names);
  }

  /** The same by the names that it has wherever {@code -v} is no volume. */
  static OptionSpec.Builder verbose() {
    return verboseCalled("-v", "--verbose");
  }

  /**
   * The option of every command that says less.
   *
   * @param description what is left
   */
  static OptionSpec.Builder quiet(String description) {
    return Options.flag(description, "-q", "--quiet");
  }

  /** An option whose value is a signal. */
  static OptionSpec.Builder signal(String description, String... names) {
    return Options.completed(
        () ->
            Signal.names().stream()
                .map(Ascii::toUpperCase)
                .collect(ImmutableList.toImmutableList()),
        Options.text("SIGNAL", description, names));
  }
}
