package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Completion for fish without a fish: its lines, read by the quoting rules of that (fish's
 * documentation, "Quotes"), against what the programs tell. That fish runs its functions is not
 * tested.
 */
class FishCompletionTest {
  /** What {@code complete} takes, and whether a word follows (fish's documentation). */
  private static final ImmutableMap<String, Boolean> OF_COMPLETE =
      ImmutableMap.<String, Boolean>builder()
          .put("-c", true)
          .put("-n", true)
          .put("-s", true)
          .put("-l", true)
          .put("-a", true)
          .put("-d", true)
          .put("-x", false)
          .put("-r", false)
          .put("-f", false)
          .put("-F", false)
          .buildOrThrow();

  @TempDir static Path share;

  @BeforeAll
  static void write() throws Exception {
    Manual.main(new String[] {share.toString(), "1.2", "2026-01-01T00:00:00Z"});
  }

  static Stream<String> commands() {
    return Shown.commands();
  }

  private static List<String> lines(String program) throws Exception {
    return Files.readAllLines(share.resolve("fish/vendor_completions.d/" + program + ".fish"));
  }

  /** Words between single quotes, where a backslash quotes itself and a quote, and others. */
  private static ImmutableList<String> words(String line) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean escapes = quoted && c == '\\' && "\\'".indexOf(line.charAt(i + 1)) >= 0;
      if (escapes) {
        word.append(line.charAt(++i));
      } else if (c == '\'') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        assertThat(quoted || "$()[]{}*?~;&|<>\"\\#".indexOf(c) < 0).as(line).isTrue();
        word.append(c);
      }
    }
    assertThat(quoted).as(line).isFalse();
    return words.add(word.toString()).build();
  }

  /** The options of a command's lines, as it would be given them. */
  private static List<String> options(String command) throws Exception {
    String[] named = command.split(" ", -1);
    String condition = "__" + named[0] + "_in " + (named.length == 1 ? "''" : named[1]);
    List<String> options = new ArrayList<>();
    for (String line : lines(named[0])) {
      if (line.startsWith("complete ") && words(line).contains(condition)) {
        ImmutableList<String> words = words(line);
        for (int i = 1; i < words.size(); i++) {
          if (words.get(i).equals("-s")) {
            options.add("-" + words.get(i + 1));
          } else if (words.get(i).equals("-l")) {
            options.add("--" + words.get(i + 1));
          }
        }
      }
    }
    return options;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfACommandHasALine(String command) throws Exception {
    assertThat(options(command)).containsExactlyElementsOf(Shown.optionNames(command));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jbuild", "jrun"})
  void everyLineIsOneOfCompleteThatItTakes(String program) throws Exception {
    List<String> lines =
        lines(program).stream().filter(line -> line.startsWith("complete ")).toList();
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      Deque<String> words = new ArrayDeque<>(words(line));
      assertThat(words.pop()).isEqualTo("complete");
      while (!words.isEmpty()) {
        String word = words.pop();
        assertThat(OF_COMPLETE).as(line).containsKey(word);
        if (OF_COMPLETE.get(word)) {
          assertThat(words.pop()).as(line).isNotEmpty();
        }
      }
    }
  }

  @Test
  void aLineHasNamesWhatFollowsAndWhatItIs() throws Exception {
    assertThat(lines("jbuild"))
        .contains(
            "complete -c jbuild -n '__jbuild_in load' -a 'docker podman'",
            "complete -c jbuild -n '__jbuild_in rootfs' -s o -l output -r -F -d 'Where to write'",
            "complete -c jbuild -n '__jbuild_in rootfs' -l sbom -x -a '(__fish_append , spdx"
                + " cyclonedx)' -d 'spdx or cyclonedx, or both: write a bill of materials beside"
                + " the image, with package, version and SHA-256 of every file and what needs"
                + " what'");
    assertThat(lines("jrun"))
        .contains(
            "complete -c jrun -n '__jrun_in \\'\\'' -l stop-timeout -x -d 'How long it then has"
                + " before it is killed (default: 10)'",
            "complete -c jrun -n __jrun_first -a ps -d 'lists the containers that run'");
  }

  /** Each block that begins ends, at its own indentation. */
  @ParameterizedTest
  @ValueSource(strings = {"jbuild", "jrun"})
  void blocksOfItsFunctionsEnd(String program) throws Exception {
    Deque<Integer> open = new ArrayDeque<>();
    for (String line : lines(program)) {
      int indent = line.length() - line.stripLeading().length();
      if (line.strip().matches("(function|if|for|while|switch) .*")) {
        open.push(indent);
      } else if (line.strip().equals("end")) {
        assertThat(open.pop()).as(line).isEqualTo(indent);
      }
    }
    assertThat(open).isEmpty();
  }
}
