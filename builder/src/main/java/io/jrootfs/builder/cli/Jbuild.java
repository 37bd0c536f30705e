package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code jbuild} with its subcommands. */
@Command(
    name = "jbuild",
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

  @Option(names = "--help", usageHelp = true, description = "Show this text.")
  private boolean help;

  @Option(
      names = "--version",
      versionHelp = true,
      description = "Show the versions of jbuild, Java and the kernel.")
  private boolean version;

  private Jbuild() {}

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /**
   * Runs one command line to its end.
   *
   * @return the exit status
   */
  static int run(ImmutableList<String> arguments, Console console) {
    CommandLine commandLine =
        new CommandLine(new Jbuild())
            .addSubcommand(new RootfsCommand(console))
            .addSubcommand(new ClosureCommand(console))
            .setOut(console.out())
            .setErr(console.err())
            .setUsageHelpAutoWidth(false)
            .setUsageHelpWidth(100)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setParameterExceptionHandler((e, args) -> usageError(e, console))
            .setExecutionExceptionHandler((e, line, parsed) -> failure(e, line, console));
    return commandLine.execute(arguments.toArray(new String[0]));
  }

  /** One line, the nearest known name, and where help is: not the whole help text. */
  private static int usageError(ParameterException e, Console console) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    StringBuilder line = new StringBuilder(command.qualifiedName()).append(": ");
    line.append(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      line.append("; did you mean '").append(unmatched.getSuggestions().get(0)).append("'?");
    } else {
      line.append(';');
    }
    line.append(" See '").append(command.qualifiedName()).append(" --help'.");
    console.err().println(line);
    return ExitCode.USAGE.status();
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
