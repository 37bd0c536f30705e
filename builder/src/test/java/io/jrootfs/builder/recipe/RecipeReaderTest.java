package io.jrootfs.builder.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recipes against golden files beside them: of a good one what {@code explain} prints, of a bad one
 * the complaint. {@code -Dgolden.write=true} writes those anew.
 */
class RecipeReaderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/io/jrootfs/builder/recipe");

  private static List<String> recipes(String directory) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(directory))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  static List<String> good() throws IOException {
    return recipes("good");
  }

  static List<String> bad() throws IOException {
    return recipes("bad");
  }

  private static void assertGolden(Path recipe, String actual) throws IOException {
    Path golden = Path.of(recipe.toString().replace(".yaml", ".txt"));
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @MethodSource("good")
  void explainPrintsTheMergedRecipe(String name) throws Exception {
    Path recipe = GOLDEN.resolve("good").resolve(name);
    assertGolden(recipe, RecipeReader.explain(recipe, ImmutableMap.of()));
  }

  @ParameterizedTest
  @MethodSource("good")
  void whatExplainPrintsIsTheSameRecipe(String name) throws Exception {
    Path recipe = GOLDEN.resolve("good").resolve(name);
    Path printed = GOLDEN.resolve("good").resolve("printed-" + name);
    try {
      Files.writeString(printed, RecipeReader.explain(recipe, ImmutableMap.of()));
      assertThat(withoutMarks(RecipeReader.read(printed, ImmutableMap.of()), printed))
          .isEqualTo(withoutMarks(RecipeReader.read(recipe, ImmutableMap.of()), recipe));
      assertThat(RecipeReader.explain(printed, ImmutableMap.of()))
          .isEqualTo(Files.readString(printed).replaceAll("  # src/.*", ""));
    } finally {
      Files.delete(printed);
    }
  }

  /** Patterns compare by identity and places differ; everything else is in the text. */
  private static String withoutMarks(Recipe recipe, Path file) {
    return recipe
        .toString()
        .replace(file.toString(), "RECIPE")
        .replaceAll("(RECIPE|src/[^:]*):[0-9]+:[0-9]+", "PLACE");
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aMistakeIsShownWhereItIs(String name) throws Exception {
    Path recipe = GOLDEN.resolve("bad").resolve(name);
    RecipeException complaint =
        catchThrowableOfType(
            RecipeException.class, () -> RecipeReader.read(recipe, ImmutableMap.of()));
    assertThat(complaint).as("accepted").isNotNull();
    assertGolden(recipe, complaint.getMessage() + "\n");
  }

  @Test
  void settingsWinOverVariables() throws Exception {
    Path recipe = GOLDEN.resolve("good/full.yaml");
    assertThat(RecipeReader.read(recipe, ImmutableMap.of()).name().orElseThrow().tag())
        .isEqualTo("22.10");
    assertThat(
            RecipeReader.read(recipe, ImmutableMap.of("version", "3")).name().orElseThrow().tag())
        .isEqualTo("3");
    assertThatThrownBy(() -> RecipeReader.read(recipe, ImmutableMap.of("versoin", "3")))
        .hasMessage(
            recipe + ": has no variable to set that is called 'versoin'; did you mean 'version'?");
  }

  @Test
  void aRecipeIsRecordsOfWhatItSays() throws Exception {
    Recipe recipe = RecipeReader.read(GOLDEN.resolve("good/full.yaml"), ImmutableMap.of());

    assertThat(recipe.contents().binaries())
        .containsExactly(
            new Recipe.Binary("ls", ImmutableList.of()),
            new Recipe.Binary("bash", ImmutableList.of()),
            new Recipe.Binary("/usr/bin/python3", ImmutableList.of("libssl.so.3")),
            new Recipe.Binary("/usr/lib/*/plug[a-z]?.so", ImmutableList.of()));
    assertThat(recipe.contents().files())
        .extracting(FileSource::content)
        .contains(
            new FileSource.FromRecipe(recipe.directory().resolve("parts/motd")),
            new FileSource.FromRecipe(recipe.directory().resolve("parts/deeper/words.txt")),
            new FileSource.FromRoot("/etc/services"),
            new FileSource.Text("tab\tquote\" back\\slash app ${who} $HOME"),
            new FileSource.Text(""),
            new FileSource.Text("two\nlines\n"));
    assertThat(recipe.image().entrypoint()).hasValue(ImmutableList.of("/bin/bash", "-c"));
    assertThat(recipe.image().cmd()).hasValue(ImmutableList.of("echo 'yes'", "no", "null", "0755"));
    assertThat(recipe.image().env())
        .containsExactly(
            java.util.Map.entry("A", "1"),
            java.util.Map.entry("B", ""),
            java.util.Map.entry("C", "3"));
    assertThat(recipe.output().compression()).hasValue(Compression.ZSTD);
    assertThat(recipe.accounts().lines().passwd())
        .isEqualTo("app:x:10001:10002::/home/app:/bin/bash\n");
    assertThat(recipe.accounts().lines().group()).isEqualTo("staff:x:10002:app\n");
  }

  @Test
  void aPartThatIsIncludedTwiceCountsOnce() throws Exception {
    Recipe recipe = RecipeReader.read(GOLDEN.resolve("good/full.yaml"), ImmutableMap.of());
    assertThat(recipe.contents().files())
        .extracting(FileSource::content)
        .containsOnlyOnce(new FileSource.FromRoot("/etc/services"));
  }

  @Test
  void aHugeFileIsNoRecipe(@TempDir Path work) throws Exception {
    Path recipe = Files.writeString(work.resolve("a.yaml"), "#".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> RecipeReader.read(recipe, ImmutableMap.of()))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("is larger than 1048576 bytes");
  }

  @Test
  void anEndlessFileIsNoRecipe() {
    assertThatThrownBy(() -> RecipeReader.read(Path.of("/dev/zero"), ImmutableMap.of()))
        .isInstanceOf(RecipeException.class);
  }

  @Test
  void bytesThatAreNoTextAreNoRecipe(@TempDir Path work) throws Exception {
    Path recipe = Files.write(work.resolve("a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> RecipeReader.read(recipe, ImmutableMap.of()))
        .hasMessage(recipe + ": is not UTF-8 text; is it a recipe?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "a: ", "- ", "? "})
  void nestingHasAnEnd(String opening, @TempDir Path work) throws Exception {
    Path recipe = Files.writeString(work.resolve("a.yaml"), "vars: " + opening.repeat(100_000));
    assertThatThrownBy(() -> RecipeReader.read(recipe, ImmutableMap.of()))
        .isInstanceOf(RecipeException.class);
  }
}
