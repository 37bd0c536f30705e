package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command line of {@code jbuild} as data: what its manual pages and completions are made of.
 */
public final class CommandModel {
  private CommandModel() {}

  /** {@code jbuild} itself, then each of its commands; their qualified names are what is typed. */
  public static ImmutableList<CommandSpec> commands() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine whole = Jbuild.whole(new Console(nowhere, nowhere, ImmutableMap.of(), false));
    ImmutableList.Builder<CommandSpec> commands = ImmutableList.builder();
    commands.add(whole.getCommandSpec());
    whole.getSubcommands().values().forEach(command -> commands.add(command.getCommandSpec()));
    return commands.build();
  }
}
