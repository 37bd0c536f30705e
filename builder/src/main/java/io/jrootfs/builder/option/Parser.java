package io.jrootfs.builder.option;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads the command lines of one command, of which no more is made than a command line names. */
public abstract class Parser {
  /** What the command takes, each time anew. */
  protected abstract Declaration declaration();

  /** The parser of a command that is declared, set up for the program. */
  protected abstract CommandLine commandLine(CommandSpec command);

  /** Whether the first word that is no option, and no option's value, ends the options. */
  protected abstract boolean endsAtWord();

  /** The parser that knows all options. */
  public final CommandLine whole() {
    return commandLine(declaration().whole());
  }

  /**
   * What a command line says.
   *
   * @throws ParameterException if it makes no sense; of a command that has all its options, so that
   *     it can say which one may have been meant
   */
  public final ParseResult parse(ImmutableList<String> words) {
    String[] arguments = words.toArray(new String[0]);
    Optional<CommandSpec> named = declaration().named(words, endsAtWord());
    if (named.isPresent()) {
      try {
        ParseResult parsed = commandLine(named.get()).parseArgs(arguments);
        if (!parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
          return parsed;
        }
      } catch (ParameterException e) {
        // Whoever has all options says it below, with what only he knows.
      }
    }
    return whole().parseArgs(arguments);
  }
}
