package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example that a help of either program shows works as it is pasted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesTest {
  private static final Splitter WORDS = Splitter.on(", ");

  private Path work;
  private Dist dist;
  private ImmutableList<String> commands;

  @BeforeAll
  void makeImages(@TempDir Path directory) throws Exception {
    work = directory;
    dist = Dist.installedWithArchivesIn(work);
    Dist.bring(work, "examples.sh");
    Path recipes = Path.of("").toAbsolutePath();
    shell(work, "mkdir recipes && cp -r " + recipes + "/parts " + recipes + "/*.yaml recipes");
    shell(Files.createDirectory(work.resolve("images")), ". ../examples.sh; make_images");
    commands =
        ImmutableList.<String>builder()
            .add("jbuild")
            .addAll(commandsOf("jbuild", "\nCommands:\n", "  ([a-z]+)  .*"))
            .add("jrun")
            .addAll(commandsOf("jrun", "\nCommands on containers:\n", "  ((?:[a-z]+, )*[a-z]+) .*"))
            .build();
  }

  private String shell(Path directory, String script) throws Exception {
    Dist.Result result = dist.shell(directory, script);
    assertThat(result.status()).as(script + "\n" + result.out() + result.err()).isZero();
    return result.out();
  }

  private List<String> commandsOf(String program, String heading, String line) throws Exception {
    return section(shell(work, program + " --help"), heading)
        .filter(text -> text.matches(line))
        .flatMap(text -> WORDS.splitToStream(text.replaceFirst(line, "$1")))
        .map(name -> program + " " + name)
        .toList();
  }

  /** The lines below a heading of a help, up to an empty one. */
  private static Stream<String> section(String help, String heading) {
    assertThat(help).contains(heading);
    return help.substring(help.indexOf(heading) + heading.length())
        .lines()
        .takeWhile(line -> !line.isEmpty());
  }

  private List<String> examples(String command) throws Exception {
    return section(shell(work, command + " --help"), "\nExamples:\n").map(String::strip).toList();
  }

  Stream<String> commands() {
    return commands.stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyExampleWorksAsItIsPasted(String command) throws Exception {
    List<String> examples = examples(command);
    assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
    for (String example : examples) {
      assertThat(example).contains(command);
      Path place = Files.createTempDirectory(work, "example");
      String script = "'. ../examples.sh; paste_example \"$0\" \"$1\"' '%s' '%s'";
      shell(
          place,
          "cp -rl ../images/. . && cp -r ../recipes . && export JRUN_STATE_DIR=$PWD/state && "
              // Examples name a port, which another program of this machine may have.
              + (command.matches("jbuild pu.*") ? "unshare --net " : "")
              + "sh -euc "
              + script.formatted(command, example.replace("'", "'\\''")));
    }
  }

  /** The two lists are what this test goes by, and a command that is in neither has no example. */
  @Test
  void everyCommandIsListed() throws Exception {
    String words = shell(work, "jrun --help | sed -n '2s/^jrun \\(.*\\) \\.\\.\\./\\1/p'").strip();
    assertThat(commands)
        .filteredOn(command -> command.startsWith("jrun "))
        .map(command -> command.substring("jrun ".length()))
        .containsExactlyInAnyOrderElementsOf(Splitter.on('|').split(words));
    assertThat(commands).filteredOn(command -> command.startsWith("jbuild ")).isNotEmpty();
  }
}
