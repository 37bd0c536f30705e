package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code jrun --help} shows: what is used every day, in a sentence each. */
final class ShortHelp {
  /** The options people give, by their longest names. */
  private static final ImmutableSet<String> COMMON =
      ImmutableSet.of(
          "--entrypoint",
          "--env",
          "--user",
          "--workdir",
          "--tty",
          "--volume",
          "--read-only",
          "--network",
          "--publish",
          "--memory",
          "--cpus",
          "--detach",
          "--name",
          "--rm",
          "--explain",
          "--quiet",
          "--help",
          "--help-all",
          "--version");

  /** Every command once, by what it is for. */
  private static final ImmutableList<String> COMMANDS =
      ImmutableList.of(
          "  ps, inspect, logs, stats, top                  look at containers",
          "  exec, attach                                   go into one",
          "  stop, kill, pause, unpause, update, wait, rm   tell one what to do",
          "  cache                                          look at unpacked images, or remove them",
          "  'jrun COMMAND --help' tells more about one.");

  private ShortHelp() {}

  /** The same command with the common options only, to be printed and not to be parsed. */
  static CommandSpec of(CommandSpec whole) {
    CommandSpec brief = CommandSpec.create().name(whole.name());
    brief
        .usageMessage()
        .customSynopsis(whole.usageMessage().customSynopsis())
        .description(whole.usageMessage().description());
    for (ArgGroupSpec group : whole.argGroups()) {
      ArgGroupSpec.Builder common = ArgGroupSpec.builder().heading(group.heading()).validate(false);
      boolean isEmpty = true;
      for (ArgSpec argument : group.args()) {
        if (argument instanceof OptionSpec option && COMMON.contains(option.longestName())) {
          String[] sentences = String.join(" ", option.description()).split("(?<=\\.) ", 2);
          common.addArg(option.toBuilder().description(sentences[0]).build());
          isEmpty = false;
        }
      }
      if (!isEmpty) {
        brief.addArgGroup(common.build());
      }
    }
    whole.positionalParameters().forEach(brief::addPositional);
    brief.usageMessage().footer(footer(whole));
    return brief;
  }

  private static String[] footer(CommandSpec whole) {
    return ImmutableList.<String>builder()
        .add(whole.usageMessage().footer())
        .add("", "Commands on containers:")
        .addAll(COMMANDS)
        .add("", "'jrun --help-all' lists every option.")
        .build()
        .toArray(new String[0]);
  }
}
