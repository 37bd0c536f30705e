package io.jrootfs.builder.option;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * How options are declared, and what was given.
 *
 * <p>Declared by calls: reading sixty annotations would take longer than starting a container. For
 * the same reason a description says itself what the default is, and who reads an option knows it:
 * picocli's own defaults are converted and put in place of variables at each start.
 */
public final class Options {
  private final ParseResult parsed;

  /**
   * Reads what was given.
   *
   * @param parsed a command line whose options were declared here
   */
  public Options(ParseResult parsed) {
    this.parsed = parsed;
  }

  /**
   * Options that a help text has under one heading, in that order; any of them may be given.
   *
   * @param heading a format string (java.util.Formatter)
   */
  public static OptionGroup group(String heading, OptionSpec.Builder... options) {
    return new OptionGroup(heading, ImmutableList.copyOf(options));
  }

  /** One with a value of any kind, which is given once. */
  public static OptionSpec.Builder text(String label, String description, String... names) {
    return of(String.class, label, description, names);
  }

  /** One whose value is the name of a file. */
  public static OptionSpec.Builder file(String label, String description, String... names) {
    return of(Path.class, label, description, names);
  }

  /**
   * One with a value of some type, which is given once.
   *
   * @param type one that picocli can make of a word, unless the option gets a converter
   */
  public static OptionSpec.Builder of(
      Class<?> type, String label, String description, String... names) {
    return option(names).type(type).paramLabel(label).description(description);
  }

  /** The same option, with the words for its value that a shell offers; read only for that. */
  public static OptionSpec.Builder completed(
      Supplier<ImmutableList<String>> words, OptionSpec.Builder option) {
    return option.completionCandidates(() -> words.get().iterator());
  }

  /** One that may be given several times. */
  public static OptionSpec.Builder list(String label, String description, String... names) {
    return listOf(String.class, label, description, names);
  }

  /**
   * One that may be given several times, with values of some type.
   *
   * @param type as of {@link #of}
   */
  public static OptionSpec.Builder listOf(
      Class<?> type, String label, String description, String... names) {
    return of(List.class, label, description, names).auxiliaryTypes(type).arity("1");
  }

  /** One that may be given several times, with a name and a value that "=" separates. */
  public static OptionSpec.Builder pairs(String label, String description, String... names) {
    return of(Map.class, label, description, names)
        .auxiliaryTypes(String.class, String.class)
        .arity("1");
  }

  /** One without a value. */
  public static OptionSpec.Builder flag(String description, String... names) {
    return option(names).type(boolean.class).description(description);
  }

  /** The one that shows the help of a command. */
  public static OptionSpec.Builder help(String... names) {
    return flag("Show this text.", names).usageHelp(true);
  }

  /** One that is also meant without a value. */
  public static OptionSpec.Builder trueOrFalse(String description, String... names) {
    return flag(description, names).arity("0..1").fallbackValue("true").paramLabel("true|false");
  }

  private static OptionSpec.Builder option(String... names) {
    return OptionSpec.builder(names[0], Arrays.copyOfRange(names, 1, names.length));
  }

  /**
   * A word that is no option. It may be missing as far as the parser is concerned, which would else
   * tell of an unknown option as a missing word.
   *
   * @param index the place of the word, from 0
   * @param type as of {@link #of}
   */
  public static PositionalParamSpec.Builder word(
      int index, Class<?> type, String label, String description) {
    return PositionalParamSpec.builder()
        .index(String.valueOf(index))
        .arity("0..1")
        .type(type)
        .paramLabel(label)
        .description(description);
  }

  /**
   * All words that are no options, as many as there are.
   *
   * @param type as of {@link #of}
   */
  public static PositionalParamSpec.Builder words(
      Class<?> type, String label, String... description) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("0..*")
        .type(List.class)
        .auxiliaryTypes(type)
        .paramLabel(label)
        .description(description);
  }

  /**
   * The same for a command that takes a thousand words, and no other ones. picocli tries of each
   * whether it is a number, which takes two exceptions; here only those that begin with a dash are
   * left to it.
   */
  public static PositionalParamSpec.Builder manyWords(String label, String... description) {
    return words(String.class, label, description).parameterConsumer(Options::take);
  }

  /**
   * Takes the words up to the next one that may be an option.
   *
   * @param words those that are left; the first one is no option
   */
  private static void take(Stack<String> words, ArgSpec argument, CommandSpec command) {
    @Nullable List<String> before = argument.getValue();
    List<String> taken = before == null ? new ArrayList<>() : before;
    do {
      taken.add(words.pop());
    } while (!words.isEmpty() && !words.peek().startsWith("-"));
    argument.setValue(taken);
  }

  /** The whole name of the command, such as {@code jbuild rootfs}. */
  public String command() {
    return parsed.commandSpec().qualifiedName();
  }

  /** Whether it was given at all, as {@code =false} too. */
  public boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  /** Whether a flag is on; {@code --flag=false} is a way not to give it. */
  public boolean isOn(String flag) {
    return isTrue(flag, false);
  }

  /**
   * What an option says that may be true or false.
   *
   * @param absent what it means not to give it
   */
  public boolean isTrue(String option, boolean absent) {
    return parsed.matchedOptionValue(option, absent);
  }

  /** The value of an option that is given once. */
  public Optional<String> value(String option) {
    return value(option, String.class);
  }

  /**
   * The value of an option that is given once.
   *
   * @param type the one it was declared with
   */
  public <T> Optional<T> value(String option, Class<T> type) {
    return Optional.ofNullable(type.cast(parsed.matchedOptionValue(option, (Object) null)));
  }

  /** The values of an option that can be repeated. */
  public ImmutableList<String> values(String option) {
    return values(option, String.class);
  }

  /**
   * The values of an option that can be repeated.
   *
   * @param type the one it was declared with
   */
  public <T> ImmutableList<T> values(String option, Class<T> type) {
    return list(parsed.matchedOptionValue(option, List.of()), type);
  }

  /** Names and values of such an option; of a name that is repeated the last value. */
  public ImmutableMap<String, String> valuesByName(String option) {
    return ImmutableMap.copyOf(parsed.matchedOptionValue(option, Map.<String, String>of()));
  }

  /**
   * A word that is no option.
   *
   * @param type the one it was declared with
   */
  public <T> Optional<T> word(int index, Class<T> type) {
    return Optional.ofNullable(type.cast(parsed.matchedPositionalValue(index, (Object) null)));
  }

  /**
   * All words that are no options.
   *
   * @param type the one they were declared with
   */
  public <T> ImmutableList<T> words(Class<T> type) {
    return list(parsed.matchedPositionalValue(0, List.of()), type);
  }

  /**
   * All words that are no options, of a command that takes {@link #manyWords(String, String...)}.
   */
  public ImmutableList<String> manyWords() {
    @Nullable List<?> words = parsed.commandSpec().positionalParameters().get(0).getValue();
    return words == null ? ImmutableList.of() : list(words, String.class);
  }

  private static <T> ImmutableList<T> list(List<?> values, Class<T> type) {
    ImmutableList.Builder<T> list = ImmutableList.builderWithExpectedSize(values.size());
    for (Object value : values) {
      list.add(type.cast(value));
    }
    return list.build();
  }

  /** What is thrown for a use of the command that makes no sense. */
  public ParameterException misuse(String message) {
    return new ParameterException(parsed.commandSpec().commandLine(), message);
  }
}
