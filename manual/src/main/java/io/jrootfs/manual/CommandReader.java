package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Reads from picocli's model of a command what picocli itself would show as help. */
final class CommandReader {
  /** How the help calls what is a file, at the beginning of a label such as SRC[:DEST]. */
  private static final Pattern FILE = Pattern.compile("(FILE|IMAGE|RECIPE|SRC|HOST)\\b(?!=).*");

  /** A word that is no option and called so is a program's, whose file will do. */
  private static final String PROGRAM = "NAME";

  private static final Pattern DIRECTORY = Pattern.compile("DIR\\b.*");

  /** Options whose directory is one of an image or a container, which no shell looks into. */
  private static final ImmutableSet<String> INSIDE = ImmutableSet.of("--volume", "--workdir");

  /** A label that names all there are: {@code docker|podman}. */
  private static final Pattern WORDS = Pattern.compile("[a-z]+(\\|[a-z]+)+");

  /** Commands that do something with containers that have ended, too. */
  private static final ImmutableSet<String> OF_ENDED_TOO =
      ImmutableSet.of("jrun inspect", "jrun logs", "jrun rm", "jrun wait");

  private final CommandSpec spec;
  private final UsageMessageSpec usage;
  private final Help help;

  CommandReader(CommandSpec spec) {
    this.spec = spec;
    this.usage = spec.usageMessage();
    this.help = new Help(spec, Help.defaultColorScheme(Ansi.OFF));
  }

  CommandText read() {
    return new CommandText(
        spec.qualifiedName(),
        synopsis(),
        lines(usage.description()),
        arguments(),
        groups(),
        ImmutableMap.copyOf(exitCodes()),
        lines(usage.footer()),
        spec.parser().stopAtPositional());
  }

  private ImmutableList<String> synopsis() {
    String[] custom = usage.customSynopsis();
    if (custom.length > 0) {
      return Arrays.stream(custom).map(String::strip).collect(ImmutableList.toImmutableList());
    }
    return ImmutableList.of(help.synopsis(0).strip());
  }

  private ImmutableMap<String, String> exitCodes() {
    ImmutableMap.Builder<String, String> codes = ImmutableMap.builder();
    usage.exitCodeList().forEach((status, meaning) -> codes.put(status.strip(), text(meaning)));
    return codes.buildOrThrow();
  }

  private ImmutableList<ArgumentText> arguments() {
    return spec.positionalParameters().stream()
        .filter(parameter -> !parameter.hidden())
        .map(this::argument)
        .collect(ImmutableList.toImmutableList());
  }

  private ArgumentText argument(PositionalParamSpec parameter) {
    Value value = value(parameter, parameter.paramLabel());
    boolean isMany = parameter.arity().isVariable() && parameter.index().isVariable();
    return new ArgumentText(value, isMany, description(parameter));
  }

  /** Options without a heading first, as in the help. */
  private ImmutableList<CommandText.Group> groups() {
    ImmutableList.Builder<CommandText.Group> groups = ImmutableList.builder();
    ImmutableList<OptionText> others =
        options(spec.options().stream().filter(option -> option.group() == null));
    if (!others.isEmpty()) {
      groups.add(new CommandText.Group("", others));
    }
    spec.argGroups().stream()
        .sorted(Comparator.comparingInt(ArgGroupSpec::order))
        .forEach(group -> groups.add(group(group)));
    return groups.build();
  }

  private CommandText.Group group(ArgGroupSpec group) {
    String heading = text(String.valueOf(group.heading())).strip();
    return new CommandText.Group(
        heading.substring(0, heading.length() - 1), options(group.allOptionsNested().stream()));
  }

  private ImmutableList<OptionText> options(Stream<OptionSpec> options) {
    return options
        .filter(option -> !option.hidden())
        .map(this::option)
        .collect(ImmutableList.toImmutableList());
  }

  private OptionText option(OptionSpec option) {
    boolean hasValue = option.arity().max() > 0;
    boolean isOptional = hasValue && option.arity().min() == 0;
    // "=NAME[,NAME...]", or "[=true|false]"
    String label =
        help.createDefaultParamLabelRenderer()
            .renderParameterLabel(option, Ansi.OFF, List.of())
            .toString();
    String inner =
        isOptional ? label.substring(2, label.length() - 1) : label.replaceFirst("^=", "");
    return new OptionText(
        names(option),
        hasValue ? Optional.of(value(option, inner)) : Optional.empty(),
        isOptional,
        option.isMultiValue(),
        description(option));
  }

  /** Of an option that can be said to be off, that name is behind the others. */
  private ImmutableList<String> names(OptionSpec option) {
    Stream<String> names =
        Stream.of(option.names()).sorted(Comparator.comparingInt(String::length));
    Stream<String> negations =
        Stream.of(option.names())
            .filter(name -> option.negatable() && name.startsWith("--"))
            .map(name -> spec.negatableOptionTransformer().makeNegative(name, spec));
    return Stream.concat(names, negations).collect(ImmutableList.toImmutableList());
  }

  private Value value(ArgSpec argument, String label) {
    ImmutableList<String> words = words(argument);
    Value.Kind kind = Value.Kind.FREE;
    if (!words.isEmpty()) {
      kind = Value.Kind.WORDS;
    } else if (argument.paramLabel().equals("CONTAINER")) {
      kind = OF_ENDED_TOO.contains(spec.qualifiedName()) ? Value.Kind.CONTAINER : Value.Kind.LIVING;
    } else if (DIRECTORY.matcher(argument.paramLabel()).matches()) {
      kind = isInside(argument) ? Value.Kind.FREE : Value.Kind.DIRECTORY;
    } else if (isFile(argument)) {
      kind = Value.Kind.FILE;
    }
    return new Value(label, kind, words, argument.splitRegex().equals(","));
  }

  private static boolean isInside(ArgSpec argument) {
    return argument instanceof OptionSpec option
        && Stream.of(option.names()).anyMatch(INSIDE::contains);
  }

  private static boolean isFile(ArgSpec argument) {
    return Stream.concat(Stream.of(argument.type()), Stream.of(argument.auxiliaryTypes()))
            .anyMatch(Path.class::equals)
        || FILE.matcher(argument.paramLabel()).matches()
        || (argument.isPositional() && argument.paramLabel().equals(PROGRAM));
  }

  private static ImmutableList<String> words(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      return ImmutableList.copyOf(argument.completionCandidates());
    }
    String label = argument.paramLabel();
    return WORDS.matcher(label).matches()
        ? ImmutableList.copyOf(label.split("\\|"))
        : ImmutableList.of();
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", lines(argument.description()));
  }

  /** Without the blank line that some begin with. */
  private static ImmutableList<String> lines(String... lines) {
    return Arrays.stream(lines)
        .map(CommandReader::text)
        .dropWhile(String::isEmpty)
        .collect(ImmutableList.toImmutableList());
  }

  /** As picocli's help has it: a format string (picocli's user manual, 13.3, "%n" and "%%"). */
  private static String text(String text) {
    return String.format(text);
  }
}
