package io.jrootfs.builder.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a recipe holds, it is complained about, or read and printed as what is the same again.
 */
class RecipeReaderHostileTest {
  private static final Path FULL =
      Path.of("src/test/resources/io/jrootfs/builder/recipe/good/full.yaml");

  private static final String[] PIECES = {
    "[",
    "]",
    "{",
    "}",
    ":",
    "\n",
    "\n  ",
    "- ",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "!x ",
    "${",
    "}",
    "$${",
    "\\0",
    "\"\\0\"",
    "\"\\ud800\"",
    "#",
    ",",
    "?",
    "%",
    "---\n",
    "...",
    "\t",
    "\u0085",
    "..",
    "/",
    "../",
    "0",
    "-1",
    "99999999999999999999",
    "~",
    "null",
    "true",
    "<<",
    "\ufeff",
    "(",
    "*",
    "[a",
  };

  private static Path work;
  private static String full;

  @BeforeContainer
  static void read() throws IOException {
    work = Files.createTempDirectory("recipes");
    full = Files.readString(FULL).replaceAll("include: .*", "");
  }

  @AfterContainer
  static void clean() throws IOException {
    Files.deleteIfExists(work.resolve("a.yaml"));
    Files.delete(work);
  }

  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void aDamagedRecipeIsRefusedOrRead(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(full);
    for (int damage = 1 + random.nextInt(3); damage > 0; damage--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(12));
      text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
    }
    Path recipe = Files.writeString(work.resolve("a.yaml"), text);
    try {
      String explained = RecipeReader.explain(recipe, ImmutableMap.of());
      Files.writeString(recipe, explained);
      assertThat(RecipeReader.explain(recipe, ImmutableMap.of())).isEqualTo(explained);
    } catch (RecipeException e) {
      assertThat(e).hasMessageStartingWith(recipe + ":");
    }
  }
}
