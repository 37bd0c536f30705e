package io.jrootfs.runner.cli;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.process.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * How options are declared, and what was given.
 *
 * <p>Declared by calls: reading sixty annotations would take longer than starting the container.
 */
final class Options {
  private final ParseResult parsed;

  Options(ParseResult parsed) {
    this.parsed = parsed;
  }

  static ArgGroupSpec group(String heading, OptionSpec... options) {
    ArgGroupSpec.Builder group = ArgGroupSpec.builder().heading(heading).validate(false);
    for (int i = 0; i < options.length; i++) {
      group.addArg(options[i].toBuilder().order(i).build());
    }
    return group.build();
  }

  static OptionSpec text(String label, String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** The same option, with the words for its value that a shell offers; read only for that. */
  static OptionSpec completed(Supplier<ImmutableList<String>> words, OptionSpec option) {
    return option.toBuilder().completionCandidates(() -> words.get().iterator()).build();
  }

  static OptionSpec signal(String description, String... names) {
    return completed(
        () ->
            Signal.names().stream()
                .map(Ascii::toUpperCase)
                .collect(ImmutableList.toImmutableList()),
        text("SIGNAL", description, names));
  }

  static OptionSpec list(String label, String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(boolean.class)
        .description(description)
        .build();
  }

  static OptionSpec verbose() {
    return flag("With an error, also say where it arose.", "--verbose");
  }

  static OptionSpec help() {
    return OptionSpec.builder("--help")
        .type(boolean.class)
        .usageHelp(true)
        .description("Show this text.")
        .build();
  }

  /** One that is also meant without a value. */
  static OptionSpec trueOrFalse(String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(boolean.class)
        .arity("0..1")
        .fallbackValue("true")
        .paramLabel("true|false")
        .description(description)
        .build();
  }

  private static String[] rest(String... names) {
    return Arrays.copyOfRange(names, 1, names.length);
  }

  /** Whether it was given at all, as {@code =false} too. */
  boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  /** Whether a flag is on; {@code --flag=false} is a way not to give it. */
  boolean isOn(String flag) {
    return isTrue(flag, false);
  }

  boolean isTrue(String option, boolean absent) {
    return parsed.matchedOptionValue(option, absent);
  }

  /** The value of an option that is given once. */
  Optional<String> value(String option) {
    return Optional.ofNullable(parsed.matchedOptionValue(option, (String) null));
  }

  /** The values of an option that can be repeated. */
  ImmutableList<String> values(String option) {
    return ImmutableList.copyOf(parsed.matchedOptionValue(option, List.<String>of()));
  }
}
