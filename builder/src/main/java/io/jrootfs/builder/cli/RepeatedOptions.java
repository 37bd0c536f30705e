package io.jrootfs.builder.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ParseResult.GroupMatch;

/**
 * Refuses options that are given twice and have one value.
 *
 * <p>The parser takes the second one for the beginning of its group over again, and forgets all
 * other options of that group without a word.
 */
final class RepeatedOptions {
  private RepeatedOptions() {}

  static void refuse(ParseResult parsed) {
    refuse(parsed.getGroupMatches(), new HashSet<>(), parsed);
    parsed.subcommands().forEach(RepeatedOptions::refuse);
  }

  private static void refuse(List<GroupMatch> matches, Set<ArgSpec> seen, ParseResult parsed) {
    for (GroupMatch match : matches) {
      // What encloses all groups is none itself.
      @Nullable ArgGroupSpec group = match.group();
      for (ArgSpec argument : group == null ? List.<ArgSpec>of() : group.args()) {
        if (!match.matchedValues(argument).isEmpty() && !seen.add(argument)) {
          throw new ParameterException(
              parsed.commandSpec().commandLine(),
              "option '" + name(argument) + "' is given twice; leave one of them out");
        }
      }
      match
          .matchedSubgroups()
          .values()
          .forEach(container -> refuse(container.matches(), seen, parsed));
    }
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
