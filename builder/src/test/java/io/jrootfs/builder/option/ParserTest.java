package io.jrootfs.builder.option;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Options that are made when they are named mean what they mean when all are made. */
class ParserTest {
  /** As both programs set it up: one with the words of another program, one with files of words. */
  private static final class TestParser extends Parser {
    private final boolean endsAtWord;

    TestParser(boolean endsAtWord) {
      this.endsAtWord = endsAtWord;
    }

    @Override
    protected Declaration declaration() {
      Declaration declaration = new Declaration(CommandSpec.create().name("program"));
      declaration.addOption(Options.flag("Alone.", "--alone"));
      declaration.addOption(Options.text("X", "Alone, too.", "-x"));
      declaration.addArgGroup(
          Options.group(
              "%nFirst:%n",
              Options.list("NAME=VALUE", "Variables.", "-e", "--env"),
              Options.text("USER", "A user.", "-u", "--user"),
              Options.flag("A terminal.", "-t", "--tty"),
              Options.flag("Input.", "-i", "--interactive"),
              Options.trueOrFalse("On or off.", "-r", "--rm"),
              Options.flag("Both ways.", "--metadata").negatable(true)));
      declaration.addArgGroup(
          Options.group(
              "%nSecond:%n",
              Options.pairs("K=V", "Labels.", "-l", "--label"),
              Options.of(Integer.class, "N", "A number.", "-n", "--number"),
              Options.listOf(Path.class, "FILE", "Files.", "--file"),
              Options.help("-h", "--help"),
              Options.flag("Version.", "--version").versionHelp(true)));
      if (endsAtWord) {
        declaration.addPositional(Options.word(0, String.class, "IMAGE", "Image.").build());
        declaration.addPositional(
            Options.words(String.class, "ARG", "Command.").index("1..*").build());
      } else {
        declaration.addPositional(Options.words(String.class, "NAME", "Names.").build());
      }
      return declaration;
    }

    @Override
    protected CommandLine commandLine(CommandSpec command) {
      return new CommandLine(command)
          .setStopAtPositional(endsAtWord)
          .setExpandAtFiles(!endsAtWord)
          .setOverwrittenOptionsAllowed(endsAtWord)
          .setInterpolateVariables(false);
    }

    @Override
    protected boolean endsAtWord() {
      return endsAtWord;
    }
  }

  @Provide
  Arbitrary<List<String>> commandLines() {
    Arbitrary<String> names =
        Arbitraries.of(
            "--alone",
            "-x",
            "-e",
            "--env",
            "-u",
            "--user",
            "-t",
            "--tty",
            "-i",
            "--interactive",
            "-r",
            "--rm",
            "--metadata",
            "-l",
            "--label",
            "-n",
            "--number",
            "--file",
            "--version");
    Arbitrary<String> values =
        Arbitraries.of("", "a", "A=b", "3", "-3", "true", "false", "-", "-x", "--tty", "@a", "x y");
    Arbitrary<String> attached = names.flatMap(name -> values.map(value -> name + "=" + value));
    Arbitrary<String> clusters =
        Arbitraries.strings()
            .withChars("xeutirlnhq=a1-")
            .ofMinLength(1)
            .ofMaxLength(4)
            .map("-"::concat);
    Arbitrary<String> odd =
        Arbitraries.of("--", "--en", "--no-metadata", "--metadata=no", "--help", "---", "@missing");
    return Arbitraries.frequencyOf(
            Tuple.of(6, names),
            Tuple.of(6, values),
            Tuple.of(3, attached),
            Tuple.of(3, clusters),
            Tuple.of(1, odd))
        .list()
        .ofMaxSize(7);
  }

  /** All that is asked of a parser. */
  private static String told(ParseResult parsed) {
    StringBuilder told = new StringBuilder();
    for (OptionSpec option : parsed.matchedOptions()) {
      told.append(option.longestName()).append(option.typedValues()).append(text(option));
    }
    for (ArgSpec word : parsed.matchedPositionals()) {
      told.append(' ').append(word.paramLabel()).append(text(word));
    }
    return told
        + " "
        + parsed.originalArgs()
        + parsed.isUsageHelpRequested()
        + parsed.isVersionHelpRequested()
        + groups(parsed);
  }

  private static String text(ArgSpec argument) {
    return "=" + argument.<Object>getValue() + argument.originalStringValues();
  }

  /** How often each group came, and with which options: jbuild refuses what is given twice. */
  private static String groups(ParseResult parsed) {
    StringBuilder groups = new StringBuilder();
    for (ParseResult.GroupMatch match : parsed.getGroupMatches()) {
      match
          .matchedSubgroups()
          .forEach(
              (group, container) -> {
                groups.append(group.heading().strip());
                for (ParseResult.GroupMatch one : container.matches()) {
                  for (ArgSpec argument : group.args()) {
                    if (!one.matchedValues(argument).isEmpty()) {
                      groups.append(argument.paramLabel()).append(one.matchedValues(argument));
                    }
                  }
                }
              });
    }
    return groups.toString();
  }

  private static String told(Parser parser, ImmutableList<String> words, boolean isWhole) {
    try {
      return told(
          isWhole ? parser.whole().parseArgs(words.toArray(new String[0])) : parser.parse(words));
    } catch (UnmatchedArgumentException e) {
      return e.getMessage() + e.getUnmatched() + e.getSuggestions();
    } catch (ParameterException e) {
      return e.getClass() + " " + e.getMessage();
    }
  }

  @Property(tries = 2_000)
  void aCommandLineMeansTheSameAsWithAllOptions(
      @ForAll("commandLines") List<String> words, @ForAll boolean endsAtWord) {
    Parser parser = new TestParser(endsAtWord);
    ImmutableList<String> given = ImmutableList.copyOf(words);
    assertThat(told(parser, given, false)).isEqualTo(told(parser, given, true));
  }

  private static Optional<List<String>> made(boolean endsAtWord, String... words) {
    return new TestParser(endsAtWord)
        .declaration()
        .named(ImmutableList.copyOf(words), endsAtWord)
        .map(command -> command.options().stream().map(OptionSpec::longestName).toList());
  }

  @Example
  void whatIsNamedIsMadeAndNothingElse() {
    assertThat(made(true, "-it", "-uroot", "--env=A=b", "image", "ls", "-l", "--rm"))
        .contains(List.of("--env", "--user", "--tty", "--interactive"));
    assertThat(made(true, "-e", "A=b", "image", "--rm")).contains(List.of("--env"));
    assertThat(made(false, "name", "--alone", "name")).contains(List.of("--alone"));
    assertThat(made(false)).contains(List.of());
  }

  @Example
  void whatIsUncertainIsLeftToTheParserOfAllOptions() {
    assertThat(made(true, "--unknown", "image")).isEmpty();
    assertThat(made(true, "-e", "-x", "image")).isEmpty();
    assertThat(made(true, "-x=--tty", "image")).isEmpty();
    assertThat(made(true, "-ix-t", "image")).isEmpty();
    assertThat(made(true, "-iq", "image")).isEmpty();
    assertThat(made(false, "name", "@words")).isEmpty();
    assertThat(made(false, "name", "-l", "--", "name")).isEmpty();
  }

  /** What a line with these words says, of a command that takes few or many. */
  private static String read(boolean areMany, String... line) {
    Declaration declaration = new Declaration(CommandSpec.create().name("program"));
    declaration.addOption(Options.flag("Alone.", "--alone"));
    declaration.addOption(Options.text("X", "A text.", "-x"));
    declaration.addPositional(
        areMany
            ? Options.manyWords("NAME", "Names.").build()
            : Options.words(String.class, "NAME", "Names.").build());
    try {
      Options given = new Options(new CommandLine(declaration.whole()).parseArgs(line));
      return (areMany ? given.manyWords() : given.words(String.class))
          + " "
          + given.isOn("--alone")
          + " "
          + given.value("-x");
    } catch (UnmatchedArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static final ImmutableList<List<String>> LINES =
      ImmutableList.of(
          List.of(),
          List.of(""),
          List.of("a", "b", "--alone", "c", "-x", "y", "d", "e"),
          List.of("-x", "y", "a", "b", "--alone"),
          List.of("a", "--", "-b", "c", "--alone", "--", "d"),
          List.of("--", "a", "b"),
          List.of("-1", "a", "-2", "0x3", "-"),
          List.of("'a b'", "\"c\"", "a,b", "d=e"),
          List.of("a", "b", "--unknown", "c"));

  @Example
  void manyWordsAreReadAsFewAre() {
    assertThat(LINES.stream().map(line -> read(true, line.toArray(new String[0]))).toList())
        .isEqualTo(LINES.stream().map(line -> read(false, line.toArray(new String[0]))).toList());
    assertThat(read(true, "a", "--alone", "b")).isEqualTo("[a, b] true Optional.empty");
  }
}
