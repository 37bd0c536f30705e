package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of commands in README.md does what the text block after it says. */
class RecipesTest {
  /** A heading, then commands, then their output; prose may stand between. */
  private static final Pattern SECTION =
      Pattern.compile("^## (?<title>[^\n]+)\n(?<body>(?:(?!^## ).*\n)*)", Pattern.MULTILINE);

  private static final Pattern COMMANDS =
      Pattern.compile("```sh\n(?<commands>.*?)```\n\\s*```text\n(?<output>.*?)```", Pattern.DOTALL);

  record Recipe(String title, String commands, String output) {
    @Override
    public String toString() {
      return title;
    }
  }

  static ImmutableList<Recipe> recipes() throws IOException {
    List<Recipe> recipes = new ArrayList<>();
    Matcher section = SECTION.matcher(Files.readString(Path.of("README.md")));
    while (section.find()) {
      Matcher blocks = COMMANDS.matcher(section.group("body"));
      while (blocks.find()) {
        recipes.add(
            new Recipe(section.group("title"), blocks.group("commands"), blocks.group("output")));
      }
    }
    return ImmutableList.copyOf(recipes);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void doesWhatItSays(Recipe recipe, @TempDir Path work) throws Exception {
    Dist dist = Dist.sharedIn(work);

    Dist.Result result = dist.shell(work, recipe.commands());

    assertThat(result.err()).as("standard error").doesNotContain("Exception");
    assertThat(result.out()).as(result.err()).isEqualTo(recipe.output());
    assertThat(result.status()).as(result.err()).isZero();
  }

  @Test
  void everyBlockOfCommandsHasItsOutput() throws Exception {
    String text = Files.readString(Path.of("README.md"));
    assertThat(recipes()).hasSize(text.split("```sh\n", -1).length - 1).isNotEmpty();
  }
}
