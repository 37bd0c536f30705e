package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages against what the assembled programs show themselves, and against mandoc. */
class ManPageTest extends WrittenTest {
  private static Path page(String command) {
    return share.resolve("man/man1").resolve(command.replace(' ', '-') + ".1");
  }

  /** As a reader sees it, without bold and italics, in lines that are not broken. */
  private static String rendered(String command) throws Exception {
    return Shown.output(
            ImmutableList.of("mandoc", "-T", "utf8", "-O", "width=1000", "" + page(command)))
        .replaceAll(".\b", "");
  }

  @Test
  void thereIsAPageForEachCommandAndNoOther() throws Exception {
    List<String> jbuild = List.of("rootfs", "closure", "explain", "lock", "test", "why", "check");
    List<String> more = List.of("inspect", "diff", "push", "pull", "load");
    String usage = Shown.output(Shown.helpOf("jrun")).lines().skip(1).findFirst().orElseThrow();
    try (Stream<Path> pages = Files.list(share.resolve("man/man1"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.of(
                      Stream.of("jbuild.1", "jrun.1"),
                      Stream.concat(jbuild.stream(), more.stream())
                          .map(word -> "jbuild-" + word + ".1"),
                      Stream.of(usage.split(" ", -1)[1].split("\\|", -1))
                          .map(word -> "jrun-" + word + ".1"))
                  .flatMap(names -> names)
                  .toList());
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void mandocFindsNothingToComplainAbout(String command) throws Exception {
    assertThat(Shown.output(ImmutableList.of("mandoc", "-T", "lint", "" + page(command))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsThereWithTheWordsOfTheHelp(String command) throws Exception {
    String help = Shown.output(Shown.helpOf(command));
    assertThat(Shown.options(help)).isNotEmpty();
    assertThat(Shown.options(section(rendered(command), "OPTIONS"))).isEqualTo(Shown.options(help));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examplesAreThoseOfTheHelpAsTheyArePasted(String command) throws Exception {
    String help = Shown.output(Shown.helpOf(command));
    List<String> examples =
        help.substring(help.indexOf("\nExamples:\n"))
            .lines()
            .filter(line -> line.startsWith("  "))
            .map(String::strip)
            .toList();
    assertThat(examples).isNotEmpty();
    assertThat(section(rendered(command), "EXAMPLES").lines().map(String::strip).toList())
        .isEqualTo(examples);
  }

  @Test
  void aPageIsOfAVersionAndItsDate() throws Exception {
    assertThat(rendered("jrun ps").stripTrailing().lines().reduce((first, last) -> last))
        .hasValueSatisfying(
            line ->
                assertThat(line.split(" {2,}", -1))
                    .containsExactly("jrun 1.2", "2026-01-01", "JRUN-PS(1)"));
  }

  @Test
  void whateverIsReadByRoffIsSpelledOut() {
    Roff roff = new Roff().text("'quoted' .dot \\ - ^ ~ ` \u00e9 end. .Next");
    assertThat(roff)
        .hasToString(
            """
            \\(aqquoted\\(aq .dot \\(rs \\- \\(ha \\(ti \\(ga \\[u00E9] end.
            \\&.Next
            """);
  }

  @Test
  void twoRunsWriteTheSameBytes(@TempDir Path again) throws Exception {
    Manual.main(new String[] {again.toString(), "1.2", "2026-01-01T00:00:00Z"});
    Shown.output(ImmutableList.of("diff", "-r", share.toString(), again.toString()));
  }

  /** The lines between one heading and the next. */
  private static String section(String page, String heading) {
    String[] behind = page.split("(?m)^" + Pattern.quote(heading) + "$", 2);
    assertThat(behind).as(page).hasSize(2);
    return behind[1].split("(?m)^(?=[A-Z])", 2)[0].strip().indent(7);
  }
}
