package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cli.CommandLineRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option of {@code jrun IMAGE} with values that are none, and what is said then: in {@code
 * bad-values.txt}, a line each, which {@code -Dgolden.write=true} writes anew.
 */
class BadValuesTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/jrootfs/runner/cli/bad-values.txt");

  private static final String SEPARATOR = " | ";

  /** Any word can be a program. */
  private static final ImmutableSet<String> TAKES_EVERYTHING = ImmutableSet.of("--entrypoint");

  @TempDir Path work;

  /**
   * @param words options, one space between two
   * @param sentence what is said
   */
  record Row(String words, String sentence) {
    static Row of(String line) {
      int separator = line.indexOf(SEPARATOR);
      return new Row(line.substring(0, separator), line.substring(separator + SEPARATOR.length()));
    }

    /** A space within a value is not one before an option. */
    ImmutableList<String> options() {
      return Stream.of(words.split(" (?=--)", -1)).collect(ImmutableList.toImmutableList());
    }
  }

  static List<Row> rows() throws IOException {
    return Files.readAllLines(GOLDEN).stream().map(Row::of).toList();
  }

  private Result jrun(CommandLineRun run, Row row) {
    List<String> arguments = new ArrayList<>(row.options());
    arguments.add(run.rootfs().toString());
    arguments.add("sh");
    return run.jrun(arguments.toArray(new String[0]));
  }

  @Test
  void sentencesAreThoseOfTheTable() throws IOException {
    CommandLineRun run = CommandLineRun.in(work);
    String actual =
        rows().stream()
            .map(row -> row.words() + SEPARATOR + said(jrun(run, row)) + "\n")
            .collect(Collectors.joining())
            .replace(run.rootfs().toString(), "ROOTFS");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(GOLDEN, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(GOLDEN));
  }

  private static String said(Result result) {
    assertThat(result.err()).startsWith("jrun: ").hasLineCount(1);
    return result.err().substring("jrun: ".length()).strip();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void badValueIsRefusedInOneSentenceThatNamesIt(Row row) throws IOException {
    CommandLineRun run = CommandLineRun.in(work);
    Result result = jrun(run, row);
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(run.plan()).isEmptyFile();
    assertThat(said(result)).doesNotContain("Exception");
  }

  @Test
  void everyOptionWithAValueIsThere() throws IOException {
    ImmutableSet<String> known =
        rows().stream()
            .flatMap(row -> row.options().stream())
            .map(option -> option.substring(0, option.indexOf('=')))
            .collect(ImmutableSet.toImmutableSet());
    assertThat(new RunCommand().declare().whole().options())
        .filteredOn(option -> option.arity().max() > 0)
        .extracting(OptionSpec::longestName)
        .filteredOn(name -> !TAKES_EVERYTHING.contains(name))
        .isSubsetOf(known);
  }
}
