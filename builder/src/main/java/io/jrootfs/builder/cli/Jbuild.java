package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code jbuild} with its subcommands. */
@Command(
    name = "jbuild",
    mixinStandardHelpOptions = true,
    description = "Makes root filesystem images of programs and what they need to start.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild rootfs --add bash,ls -o image.tar",
      "  jbuild closure bash",
      "",
      "'jbuild COMMAND --help' tells more about a command."
    })
final class Jbuild implements Runnable {
  @Spec private CommandSpec spec;

  private Jbuild() {}

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** By name, in the order of the help text. */
  private static final ImmutableMap<String, Function<Console, Object>> COMMANDS =
      ImmutableMap.<String, Function<Console, Object>>builder()
          .put("rootfs", RootfsCommand::new)
          .put("closure", ClosureCommand::new)
          .put("explain", ExplainCommand::new)
          .put("lock", LockCommand::new)
          .put("test", TestCommand::new)
          .put("why", WhyCommand::new)
          .put("check", CheckCommand::new)
          .put("inspect", InspectCommand::new)
          .put("diff", DiffCommand::new)
          .put("push", PushCommand::new)
          .put("pull", PullCommand::new)
          .put("load", LoadCommand::new)
          .buildOrThrow();

  /**
   * The one that is named, if it is, for reading the options of all twelve takes longer than what
   * most of them do; otherwise all, to be listed or compared with what was meant.
   */
  private static ImmutableCollection<Function<Console, Object>> commands(
      ImmutableList<String> arguments) {
    Function<Console, Object> named = arguments.isEmpty() ? null : COMMANDS.get(arguments.get(0));
    return named == null ? COMMANDS.values() : ImmutableList.of(named);
  }

  /**
   * Runs one command line to its end.
   *
   * @return the exit status
   */
  static int run(ImmutableList<String> arguments, Console console) {
    return commandLine(arguments, console).execute(arguments.toArray(new String[0]));
  }

  /** The command line that is to parse these words. */
  static CommandLine commandLine(ImmutableList<String> arguments, Console console) {
    CommandLine commandLine = new CommandLine(new Jbuild());
    commands(arguments).forEach(command -> commandLine.addSubcommand(command.apply(console)));
    commandLine
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionStrategy(
            parsed -> {
              RepeatedOptions.refuse(parsed);
              return new CommandLine.RunLast().execute(parsed);
            })
        .setParameterExceptionHandler((e, args) -> usageError(e, console))
        .setExecutionExceptionHandler((e, line, parsed) -> failure(e, line, console));
    describeExitCodes(commandLine);
    return commandLine;
  }

  private static void describeExitCodes(CommandLine commandLine) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      meanings.put(String.format("%3d", code.status()), code.meaning());
    }
    commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    commandLine.getCommandSpec().usageMessage().exitCodeList(meanings);
    commandLine.getSubcommands().values().forEach(Jbuild::describeExitCodes);
  }

  /** One line, the nearest known name, and where help is: not the whole help text. */
  private static int usageError(ParameterException e, Console console) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String name = command.qualifiedName();
    String problem =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched, command)
            : sentence(String.valueOf(e.getMessage()));
    console.err().println(name + ": " + problem + " See '" + name + " --help'.");
    return ExitCode.USAGE.status();
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

  private static int failure(Exception e, CommandLine line, Console console) {
    Failure failure = Failure.of(e);
    console.err().println(line.getCommandSpec().qualifiedName() + ": " + failure.sentence());
    boolean verbose =
        line.getCommand() instanceof TalkativeCommand command && command.talk().isVerbose();
    if (verbose || failure.exitCode() == ExitCode.BUG) {
      e.printStackTrace(console.err());
    }
    return failure.exitCode().status();
  }
}
