package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Completion in a real fish, which tells itself what it offers for a line. */
class FishCompletionTest extends CompletionTest {
  private static Path directory() {
    return share.resolve("fish/vendor_completions.d");
  }

  /** Words, each with a tab and what it is behind it (fish's documentation, "complete -C"). */
  private static List<String> lines(String line) throws Exception {
    return output(
            "fish",
            "--no-config",
            "-c",
            "set -g fish_complete_path $argv[1]; complete -C $argv[2]",
            "" + directory(),
            line)
        .lines()
        .toList();
  }

  @Override
  List<String> offered(String line) throws Exception {
    return lines(line).stream()
        .map(offer -> withoutOption(offer.split("\t", 2)[0]))
        // An option whose value may be left out is offered with an equals sign as well.
        .filter(offer -> !offer.isEmpty())
        .map(offer -> offer.replaceFirst("/$", ""))
        .toList();
  }

  @Override
  String interactive() throws Exception {
    Path start =
        Files.writeString(
            home.resolve("start.fish"),
            """
            function told
                begin
                    printf '<%%s>' $argv
                    echo
                end >>told
            end
            function jbuild
                told $argv
            end
            function jrun
                told $argv
            end
            set -g fish_complete_path %s
            """
                .formatted(directory()));
    return "fish --no-config -i -C 'source " + start + "'";
  }

  @Test
  void wordIsOfferedWithWhatItIs() throws Exception {
    assertThat(lines("jbuild rootfs --sbo"))
        .containsExactly(
            "--sbom\tspdx or cyclonedx, or both: write a bill of materials beside the image, with"
                + " package, version and SHA-256 of every file and what needs what");
    assertThat(lines("jrun exec --env-f"))
        .containsExactly("--env-file\tSet the variables of a file, lines like those of -e");
    assertThat(lines("jbuild rootfs --outp")).containsExactly("--output\tWhere to write");
    assertThat(lines("jrun p"))
        .containsExactly(
            "pause\tstops all processes of the containers where they are, until 'jrun unpause'",
            "ps\tlists the containers that run");
  }
}
