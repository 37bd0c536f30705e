package io.jrootfs.builder.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.option.Parser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code jbuild} with its subcommands. */
final class Jbuild {
  private static final String NAME = "jbuild";

  /** In the order of the help text. */
  static final ImmutableList<String> COMMANDS =
      ImmutableList.of(
          "rootfs", "closure", "explain", "lock", "test", "why", "check", "inspect", "diff", "push",
          "pull", "load");

  private Jbuild() {}

  /** By its name, so that only the classes of the one that is wanted are loaded. */
  static Optional<Command> command(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "rootfs" -> new RootfsCommand();
          case "closure" -> new ClosureCommand();
          case "explain" -> new ExplainCommand();
          case "lock" -> new LockCommand();
          case "test" -> new TestCommand();
          case "why" -> new WhyCommand();
          case "check" -> new CheckCommand();
          case "inspect" -> new InspectCommand();
          case "diff" -> new DiffCommand();
          case "push" -> new PushCommand();
          case "pull" -> new PullCommand();
          case "load" -> new LoadCommand();
          default -> null;
        });
  }

  /**
   * Runs one command line to its end.
   *
   * @return the exit status
   */
  static int run(ImmutableList<String> arguments, Console console) {
    Optional<Command> named = arguments.isEmpty() ? Optional.empty() : command(arguments.get(0));
    try {
      // Who names none has all of them listed, or compared with what was meant.
      return run(
          named.isPresent()
              ? parser(NAME + " " + arguments.get(0), named.get(), console)
                  .parse(arguments.subList(1, arguments.size()))
              : whole(console).parseArgs(arguments.toArray(new String[0])),
          console);
    } catch (ParameterException e) {
      return usageError(e, console);
    }
  }

  /**
   * Runs a command under another one's name, for one that is the same but for a few options.
   *
   * @param name the one that messages have
   * @return the exit status
   */
  static int runAs(String name, Command command, ImmutableList<String> arguments, Console console) {
    try {
      return run(parser(NAME + " " + name, command, console).parse(arguments), console);
    } catch (ParameterException e) {
      return usageError(e, console);
    }
  }

  private static int run(ParseResult parsed, Console console) {
    RepeatedOptions.refuse(parsed);
    for (CommandLine line : parsed.asCommandLineList()) {
      if (line.isUsageHelpRequested()) {
        line.usage(console.out());
        return ExitCode.DONE.status();
      }
      if (line.isVersionHelpRequested()) {
        line.printVersionHelp(console.out());
        return ExitCode.DONE.status();
      }
    }
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    Options given = new Options(last);
    if (!(last.commandSpec().userObject() instanceof Command command)) {
      throw given.misuse("a command is missing");
    }
    try {
      return command.run(given, console);
    } catch (ParameterException e) {
      throw e;
    } catch (ImageReference.InvalidException e) {
      // Those of recipes and images are told of as such.
      throw given.misuse(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      return failure(e, given, last.commandSpec().qualifiedName(), console);
    }
  }

  /** The command line with all commands. */
  static CommandLine whole(Console console) {
    CommandSpec whole = CommandSpec.create().name(NAME).versionProvider(new Version());
    whole
        .usageMessage()
        .description("Makes root filesystem images of programs and what they need to start.")
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "  jbuild rootfs --add bash,ls -o image.tar",
            "  jbuild closure bash",
            "",
            "'jbuild COMMAND --help' tells more about a command.");
    whole.addOption(
        Options.flag("Show this help message and exit.", "-h", "--help").usageHelp(true).build());
    whole.addOption(
        Options.flag("Print version information and exit.", "-V", "--version")
            .versionHelp(true)
            .build());
    CommandLine commandLine = commandLine(whole, console);
    for (String name : COMMANDS) {
      commandLine.addSubcommand(parser(name, command(name).orElseThrow(), console).whole());
    }
    return commandLine;
  }

  static Parser parser(String name, Command command, Console console) {
    return new CommandParser(name, command, console);
  }

  private static final class CommandParser extends Parser {
    private final String name;
    private final Command command;
    private final Console console;

    CommandParser(String name, Command command, Console console) {
      this.name = name;
      this.command = command;
      this.console = console;
    }

    @Override
    protected Declaration declaration() {
      CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
      spec.usageMessage().sortOptions(false);
      Declaration declaration = new Declaration(spec);
      command.declare(declaration);
      return declaration;
    }

    @Override
    protected CommandLine commandLine(CommandSpec spec) {
      return Jbuild.commandLine(spec, console);
    }

    @Override
    protected boolean endsAtWord() {
      return false;
    }
  }

  private static CommandLine commandLine(CommandSpec spec, Console console) {
    spec.usageMessage()
        .autoWidth(false)
        .width(100)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes())
        .footerHeading("%nExamples:%n");
    return new CommandLine(spec)
        .setOut(console.out())
        .setErr(console.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setInterpolateVariables(false);
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      meanings.put(Strings.padStart(String.valueOf(code.status()), 3, ' '), code.meaning());
    }
    return meanings;
  }

  /** One line, the nearest known name, and where help is: not the whole help text. */
  private static int usageError(ParameterException e, Console console) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String name = command.qualifiedName();
    String problem =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched, command)
            : sentence(noPair(e).orElse(String.valueOf(e.getMessage())));
    console.err().println(name + ": " + problem + " See '" + name + " --help'.");
    return ExitCode.USAGE.status();
  }

  /** What to say of the value of an option for names and values that is not like that. */
  private static Optional<String> noPair(ParameterException e) {
    return e.getArgSpec() instanceof OptionSpec option
            && option.type() == Map.class
            && e.getValue() != null
            && e.getValue().indexOf('=') < 0
        ? Optional.of(
            option.longestName()
                + " takes "
                + option.paramLabel()
                + ", and '"
                + e.getValue()
                + "' has no '='")
        : Optional.empty();
  }

  private static String sentence(String message) {
    return message.endsWith("?") ? message : message + ".";
  }

  private static String unknown(UnmatchedArgumentException e, CommandSpec command) {
    String argument = e.getUnmatched().get(0);
    String kind = "unexpected argument";
    if (argument.startsWith("-")) {
      kind = "unknown option";
    } else if (!command.subcommands().isEmpty()) {
      kind = "unknown command";
    }
    String nearest =
        e.getSuggestions().stream()
            .findFirst()
            .map(suggestion -> "; did you mean '" + suggestion + "'?")
            .orElse(".");
    return kind + " '" + argument + "'" + nearest;
  }

  private static int failure(Exception e, Options given, String name, Console console) {
    Failure failure = Failure.of(e);
    console.err().println(name + ": " + failure.sentence());
    if (given.isOn("--verbose") || failure.exitCode() == ExitCode.BUG) {
      e.printStackTrace(console.err());
    }
    return failure.exitCode().status();
  }
}
