package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.option.Parser;
import io.jrootfs.runner.argument.KnownWords;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code jrun}: words to a request, and failures to words and exit codes. */
final class Jrun {
  static final String NAME = "jrun";

  static {
    // Our values are texts: the converters that picocli finds by reflection, and first loads half
    // of java.time and java.sql for, are none of them. It reads this when it is first used.
    System.setProperty("picocli.converters.excludes", "java\\..*");
  }

  private Jrun() {}

  /**
   * Runs one command line up to the plan.
   *
   * @return the exit status; 0 after a plan has been written
   */
  static int run(ImmutableList<String> arguments, Console console) {
    Command command = Commands.first(arguments);
    boolean isNamed = !(command instanceof RunCommand);
    String name = isNamed ? NAME + " " + arguments.get(0) : NAME;
    Parser parser = parser(command, console);
    try {
      ParseResult parsed =
          parser.parse(isNamed ? arguments.subList(1, arguments.size()) : arguments);
      boolean isWhole = parsed.hasMatchedOption(RunOptions.HELP_ALL);
      if (isWhole || parsed.isUsageHelpRequested()) {
        help(parser.whole(), isWhole || isNamed, console);
        return ExitCode.DONE.status();
      }
      if (parsed.isVersionHelpRequested()) {
        parser.whole().printVersionHelp(console.out());
        return ExitCode.DONE.status();
      }
      return run(command, parsed, name, console);
    } catch (ParameterException e) {
      return usageError(message(e), name, console);
    }
  }

  private static int run(Command command, ParseResult parsed, String name, Console console) {
    try {
      command.run(parsed, console);
      return ExitCode.DONE.status();
    } catch (UsageException e) {
      return usageError(String.valueOf(e.getMessage()), name, console);
    } catch (Exception | Error e) {
      // Errors too: the JVM's own status for them, 1, would look like the container's.
      Failure failure = Failure.of(e);
      console.say(NAME + ": " + failure.sentence());
      if (new Options(parsed).isOn("--verbose") || failure.exitCode() == ExitCode.BUG) {
        e.printStackTrace(console.err());
      }
      return failure.exitCode().status();
    }
  }

  private static void help(CommandLine commandLine, boolean isWhole, Console console) {
    CommandSpec spec = commandLine.getCommandSpec();
    (isWhole ? commandLine : commandLine(ShortHelp.of(spec), new RunCommand(), console))
        .usage(console.out());
  }

  static Parser parser(Command command, Console console) {
    return new CommandParser(command, console);
  }

  static CommandLine commandLine(Command command, Console console) {
    return parser(command, console).whole();
  }

  private static final class CommandParser extends Parser {
    private final Command command;
    private final Console console;

    CommandParser(Command command, Console console) {
      this.command = command;
      this.console = console;
    }

    @Override
    protected Declaration declaration() {
      return command.declare();
    }

    @Override
    protected CommandLine commandLine(CommandSpec spec) {
      return Jrun.commandLine(spec, command, console);
    }

    @Override
    protected boolean endsAtWord() {
      return command.runsAProgram();
    }
  }

  private static CommandLine commandLine(CommandSpec spec, Command command, Console console) {
    spec.versionProvider(new Version());
    spec.usageMessage()
        .sortOptions(false)
        .autoWidth(false)
        .width(100)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes(command))
        .footerHeading("%nExamples:%n");
    return new CommandLine(spec)
        .setOut(console.out())
        .setErr(console.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        // What follows the image or container is the program's, options and all.
        .setStopAtPositional(command.runsAProgram())
        // "-e A=@file" is a value like any other.
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setInterpolateVariables(false);
  }

  private static Map<String, String> exitCodes(Command command) {
    Map<String, String> codes = new LinkedHashMap<>();
    if (!command.runsAProgram()) {
      if (command.endsAsAContainer()) {
        codes.put(" N", "the container's own status; 128+N: ended by signal N");
        codes.put(" 0", "also: left by the detach keys");
      } else {
        codes.put(" 0", "done");
      }
      codes.put(" " + ExitCode.NOT_SET_UP.status(), "it could not be done");
      codes.put(" " + ExitCode.BUG.status(), ExitCode.BUG.meaning());
      return codes;
    }
    codes.put(" N", "the command's own status; 128+N: ended by signal N");
    for (ExitCode code : ExitCode.values()) {
      if (code != ExitCode.DONE) {
        codes.put(" " + code.status(), code.meaning());
      }
    }
    return codes;
  }

  /** One line with the nearest known name; the parser's own messages are not sentences of ours. */
  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String option = unmatched.getUnmatched().get(0);
      return option.startsWith("-")
          ? "unknown option '" + option + "'" + advice(option, e.getCommandLine())
          : "'" + option + "' is one word too many";
    }
    if (e instanceof MissingParameterException missing) {
      ArgSpec first = missing.getMissing().get(0);
      return first instanceof OptionSpec option
          ? "option '" + option.longestName() + "' needs a value, " + option.paramLabel()
          : first.paramLabel() + " is missing";
    }
    String message = String.valueOf(e.getMessage());
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  /** What whoever knows the option from elsewhere can do, or the one that was probably meant. */
  private static String advice(String option, CommandLine commandLine) {
    Optional<String> advice =
        commandLine.getCommandSpec().name().equals(NAME)
            ? ForeignOptions.advice(option)
            : Optional.empty();
    return advice.isPresent()
        ? ": " + advice.get()
        : options(commandLine)
            .nearest(option)
            .map(known -> "; did you mean '" + known + "'?")
            .orElse("");
  }

  private static KnownWords options(CommandLine commandLine) {
    return new KnownWords(
        commandLine.getCommandSpec().options().stream()
            .flatMap(option -> Stream.of(option.names()))
            .collect(ImmutableList.toImmutableList()));
  }

  private static int usageError(String message, String name, Console console) {
    String end = message.endsWith("?") ? " " : "; ";
    console.say(NAME + ": " + message + end + "see '" + name + " --help'");
    return ExitCode.NOT_SET_UP.status();
  }
}
