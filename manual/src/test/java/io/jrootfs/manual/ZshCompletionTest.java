package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Completion for zsh without a zsh: what the file has of the language is read by bash in the same
 * way, and {@code _arguments} only tells what it is given. That zsh's own {@code _arguments} takes
 * it is not tested; the grammar of its specifications is (zshcompsys(1)).
 */
class ZshCompletionTest {
  private static final String CALL =
      """
      set -u
      _arguments() { printf '%s\\n' "$@"; }
      _describe() { printf '%s\\n' "${commands[@]}"; }
      shift() { :; }
      words=('' "$2" "$3")
      CURRENT=$4
      shown=$(source "$1") && printf '%s\\n' "$shown"
      """;

  /** An option: what excludes it, its name, where its value is, its description, its value. */
  private static final Pattern OPTION =
      Pattern.compile(
          "(\\([^)]*\\)|\\*)?(-[^=\\[+]*?)(=-|=|\\+|-)?\\[((?:[^\\]\\\\\\[]|\\\\.)+)\\]"
              + "(::?((?:[^:\\\\]|\\\\.)+):(.+))?");

  private static final Pattern ARGUMENT = Pattern.compile("([1-9]|\\*):((?:[^:\\\\]|\\\\.)+):(.+)");

  @TempDir static Path share;

  @BeforeAll
  static void write() throws Exception {
    Manual.main(new String[] {share.toString(), "1.2", "2026-01-01T00:00:00Z"});
  }

  static Stream<String> commands() {
    return Shown.commands();
  }

  /** What {@code _arguments} is given where the word behind a command is completed. */
  private static ImmutableList<String> specifications(String command) throws Exception {
    String[] words = command.split(" ", -1);
    return Shown.output(
            ImmutableList.of(
                "bash",
                "--norc",
                "-c",
                CALL,
                "bash",
                share.resolve("zsh/site-functions/_" + words[0]).toString(),
                words[0],
                words.length == 1 ? "" : words[1],
                words.length == 1 ? "2" : "3"))
        .lines()
        .collect(ImmutableList.toImmutableList());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfACommandIsSpecified(String command) throws Exception {
    List<String> specified =
        specifications(command).stream()
            .map(OPTION::matcher)
            .filter(Matcher::matches)
            .map(option -> option.group(2))
            .toList();
    assertThat(specified).containsExactlyElementsOf(Shown.optionNames(command));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everySpecificationIsOfTheGrammar(String command) throws Exception {
    ImmutableList<String> words = specifications(command);
    int first = words.contains("-A") ? 4 : 2;
    assertThat(words.subList(0, first))
        .isEqualTo(List.of("-s", "-S", "-A", "-*").subList(0, first));
    assertThat(words.subList(first, words.size()))
        .isNotEmpty()
        .allMatch(word -> OPTION.matcher(word).matches() || ARGUMENT.matcher(word).matches());
  }

  @Test
  void anOptionIsSpecifiedWithItsNamesItsPlaceAndItsWords() throws Exception {
    assertThat(specifications("jbuild load"))
        .contains(
            "(-q --quiet)-q[Say nothing but errors]",
            "(-q --quiet)--quiet[Say nothing but errors]",
            "1:IMAGE:_files",
            "2:docker|podman:(docker podman)");
    assertThat(specifications("jrun attach"))
        .contains(
            "--sig-proxy=-[Send signals, but for SIGHUP, to the container (default: true)]"
                + "::true|false:(true false)");
    assertThat(specifications("jrun"))
        .contains(
            "*--env=[Set a variable, or copy the caller's]:NAME[=VALUE]: ",
            "*-v+[Show a file or directory of the host]:SRC\\:DST[\\:OPTIONS]:_files");
  }

  @Test
  void onlyWhereAProgramFollowsOptionsEndAtTheFirstArgument() throws Exception {
    List<String> ending =
        commands()
            .filter(
                command -> {
                  try {
                    return specifications(command).contains("-A");
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();
    assertThat(ending).containsExactly("jrun", "jrun exec");
  }
}
