package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine.Model.CommandSpec;

/** The command line of {@code jrun} as data: what its manual pages and completions are made of. */
public final class CommandModel {
  private CommandModel() {}

  /**
   * {@code jrun} itself with all its options, then each of its commands; their names are what is
   * typed, as in {@code jrun ps}.
   */
  public static ImmutableList<CommandSpec> commands() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Console console = new Console(nowhere, nowhere, ImmutableMap.of());
    return Commands.all().stream()
        .map(command -> Jrun.commandLine(command, console).getCommandSpec())
        .collect(ImmutableList.toImmutableList());
  }
}
