package io.jrootfs.builder.option;

import com.google.common.collect.ImmutableList;
import java.util.function.Predicate;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that a help text has under one heading, any of which may be given.
 *
 * @param heading a format string (java.util.Formatter)
 * @param options in the order of the help text
 */
public record OptionGroup(String heading, ImmutableList<OptionSpec.Builder> options) {
  /** The group with some of them, under the places that they have among all. */
  ArgGroupSpec.Builder of(Predicate<OptionSpec.Builder> wanted) {
    ArgGroupSpec.Builder group = ArgGroupSpec.builder().heading(heading).validate(false);
    for (int i = 0; i < options.size(); i++) {
      if (wanted.test(options.get(i))) {
        group.addArg(options.get(i).order(i).build());
      }
    }
    return group;
  }
}
