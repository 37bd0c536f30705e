package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Completion in a real bash, whose own calls of it are made with {@code complete -F}. */
class BashCompletionTest {
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
      words=($(complete -p "${COMP_WORDS[0]}"))
      "${words[2]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  /** COMP_WORDBREAKS (bash(1)): "=" and ":" are words of their own. */
  private static final Pattern WORD_BREAK = Pattern.compile("(?<=[=:])|(?=[=:])");

  @TempDir static Path share;

  @BeforeAll
  static void write() throws Exception {
    Manual.main(new String[] {share.toString(), "1.2", "2026-01-01T00:00:00Z"});
  }

  static Stream<String> commands() {
    return Shown.commands();
  }

  private static Path file(String program) {
    return share.resolve("bash-completion/completions").resolve(program);
  }

  /** What is offered at the end of a line, and what compopt was told. */
  private static List<String> offered(String line) throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      WORD_BREAK.splitAsStream(word).forEach(words::add);
    }
    return Shown.output(
            ImmutableList.<String>builder()
                .add("bash", "--norc", "-c", CALL, "bash", "" + file(words.get(0)), line)
                .addAll(words)
                .build())
        .lines()
        .filter(offer -> !offer.isEmpty())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfACommandIsOffered(String command) throws Exception {
    assertThat(Shown.optionNames(command)).isNotEmpty();
    assertThat(offered(command + " -")).containsExactlyElementsOf(Shown.optionNames(command));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jbuild cl|closure",
        "'jbuild rootfs --format '|hybrid oci docker rootfs dir",
        "jbuild rootfs --format h|hybrid",
        "jbuild rootfs --format=h|hybrid",
        "jbuild rootfs --format=|hybrid oci docker rootfs dir",
        "jbuild closure --format j|json",
        "jbuild rootfs --sbom spdx,cy|spdx,cyclonedx",
        "jbuild rootfs --sbom=spdx,|spdx,spdx spdx,cyclonedx",
        "jbuild rootfs --with=t|tzdata terminfo",
        "jbuild rootfs --platform linux/arm|linux/arm linux/arm64",
        "'jbuild rootfs --name x --add=a,b -o '|compopt -o default",
        "jbuild rootfs --output=x|compopt -o default",
        "'jbuild rootfs --sysroot '|compopt -o dirnames",
        "'jbuild rootfs --name '|''",
        "'jbuild rootfs -qo '|compopt -o default",
        "jbuild rootfs -oq --lay|--layers",
        "'jbuild load image.tar '|docker podman",
        "jbuild load -q image.tar p|podman",
        "'jbuild load '|compopt -o default",
        "jbuild load --image-name a:b=c image.tar d|docker",
        "'jbuild check '|compopt -o default",
        "jbuild check -- -|compopt -o default",
        "jrun st|compopt -o default stats stop",
        "jrun --rm st|compopt -o default",
        "jrun --network=p|private pasta",
        "jrun -e A=B --network p|private pasta",
        "jrun -v /a:/b:ro --read-o|--read-only --read-only-tmpfs",
        "jrun --read-only-tmpfs=t|true",
        "'jrun --read-only-tmpfs '|compopt -o default",
        "jrun --cap-add NET_A|NET_ADMIN",
        "jrun image.tar --net|compopt -o bashdefault -o default",
        "jrun --rm -m 1g image.tar ls -|compopt -o bashdefault -o default",
        "jrun -- -|compopt -o default",
        "jrun kill --signal K|KILL",
        "jrun exec -u app web -|compopt -o bashdefault -o default",
        "jrun cache p|prune",
        "jrun top web hp|hpid",
        "jrun top web pid hp|hpid",
        "jrun ps x|''",
      })
  void whatFitsIsOffered(String line, String offers) throws Exception {
    assertThat(String.join(" ", offered(line))).isEqualTo(offers);
  }

  /** On a terminal, where the functions that stand for the programs tell what they are given. */
  @Test
  void readlineCompletesWhatIsTyped(@TempDir Path work) throws Exception {
    Files.writeString(work.resolve("my image.tar"), "");
    Path start =
        Files.writeString(
            work.resolve("start"),
            """
            told() { printf '<%%s>' "$@" >>told; echo >>told; }
            jbuild() { told "$@"; }
            jrun() { told "$@"; }
            . %s
            . %s
            """
                .formatted(file("jbuild"), file("jrun")));
    Path keys =
        Files.writeString(
            work.resolve("keys"),
            """
            jrun --netw\tho\t image
            jrun --network=ho\t
            jbuild rootfs --sbom=spdx,cy\t
            jbuild che\tmy\t
            jbuild inspect --html=my\t
            exit
            """);
    Process terminal =
        new ProcessBuilder(
                "script", "-qec", "bash --noprofile --rcfile " + start + " -i", "/dev/null")
            .directory(work.toFile())
            .redirectInput(keys.toFile())
            .redirectErrorStream(true)
            .start();
    byte[] shown = terminal.getInputStream().readAllBytes();
    assertThat(terminal.waitFor()).as(new String(shown, StandardCharsets.UTF_8)).isZero();
    assertThat(work.resolve("told"))
        .hasContent(
            """
            <--network><host><image>
            <--network=host>
            <rootfs><--sbom=spdx,cyclonedx>
            <check><my image.tar>
            <inspect><--html=my image.tar>
            """);
  }

  @Test
  void shellcheckFindsNothingToComplainAbout() throws Exception {
    for (String program : List.of("jbuild", "jrun")) {
      assertThat(Shown.output(ImmutableList.of("shellcheck", "" + file(program)))).isEmpty();
    }
  }
}
