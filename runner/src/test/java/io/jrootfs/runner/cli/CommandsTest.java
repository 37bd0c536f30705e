package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The words that name a command. */
class CommandsTest {
  private static final Pattern LIST =
      Pattern.compile("is_about_containers\\(.*?words\\[\\] = \\{(.*?)\\};", Pattern.DOTALL);

  /** But for run, whose {@code -v} is a volume as everywhere else. */
  @Test
  void allTakeTheOptionsThatSayLessAndMore() {
    for (Command command : Commands.all()) {
      assertThat(command.declare().whole().options())
          .as(command.declare().whole().name())
          .flatExtracting(option -> ImmutableList.copyOf(option.names()))
          .contains("-q", "--quiet", "-v", "--verbose");
    }
  }

  /** For them it makes no user namespace, where an ordinary user would have fewer rights. */
  @Test
  void launcherKnowsThemAndNoOthers() throws Exception {
    Matcher list = LIST.matcher(Files.readString(Path.of("src/main/c/main.c")));
    assertThat(list.find()).isTrue();
    ImmutableSet<String> known =
        Pattern.compile("\"(\\w+)\"")
            .matcher(list.group(1))
            .results()
            .map(match -> match.group(1))
            .collect(ImmutableSet.toImmutableSet());
    assertThat(known).containsExactlyInAnyOrderElementsOf(Commands.aboutContainers());
  }
}
