package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Completion in a real bash, whose own calls of it are made with {@code complete -F}. */
class BashCompletionTest extends CompletionTest {
  /**
   * Calls the function that is registered, as bash does (bash(1), "Programmable Completion"). There
   * is no readline, so compopt tells what it would be told.
   */
  private static final String CALL =
      """
      set -u
      source "$1"
      COMP_LINE=$2
      shift 2
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      COMP_POINT=${#COMP_LINE}
      compopt() { echo "compopt $*"; }
      words=($(complete -p "${COMP_WORDS[0]##*/}"))
      "${words[2]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  /** COMP_WORDBREAKS (bash(1)): "=" and ":" are words of their own. */
  private static final Pattern WORD_BREAK = Pattern.compile("(?<=[=:])|(?=[=:])");

  private static Path file(String program) {
    return share.resolve("bash-completion/completions").resolve(program);
  }

  @Override
  List<String> offered(String line) throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      WORD_BREAK.splitAsStream(word).forEach(words::add);
    }
    String program = words.get(0).replaceFirst(".*/", "");
    String typed = withoutOption(line.replaceFirst(".* ", ""));
    return Stream.of(
            output(
                Stream.concat(
                        Stream.of("bash", "--norc", "-c", CALL, "bash", "" + file(program), line),
                        words.stream())
                    .toArray(String[]::new)))
        .flatMap(String::lines)
        .flatMap(offer -> fromReadline(offer, typed))
        .toList();
  }

  /** Names of files are readline's own offer (bash(1), "Programmable Completion"). */
  private static Stream<String> fromReadline(String offer, String typed) {
    return switch (offer) {
      case "" -> Stream.of();
      case "compopt -o default", "compopt -o bashdefault -o default" -> files(typed, false);
      case "compopt -o dirnames" -> files(typed, true);
      default -> Stream.of(offer);
    };
  }

  @Override
  String interactive() throws Exception {
    Path start =
        Files.writeString(
            home.resolve("start"),
            """
            told() { printf '<%%s>' "$@" >>told; echo >>told; }
            jbuild() { told "$@"; }
            jrun() { told "$@"; }
            . %s
            . %s
            """
                .formatted(file("jbuild"), file("jrun")));
    return "bash --noprofile --rcfile " + start + " -i";
  }

  @Test
  void shellcheckFindsNothingToComplainAbout() throws Exception {
    for (String program : List.of("jbuild", "jrun")) {
      assertThat(Shown.output(ImmutableList.of("shellcheck", "" + file(program)))).isEmpty();
    }
  }
}
