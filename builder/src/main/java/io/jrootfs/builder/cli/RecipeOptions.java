package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A recipe as the source of everything that is not on the command line. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "Take everything from this recipe; what is on the command line comes on top, or wins.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A value for a variable of the recipe.")
  private Map<String, String> settings = ImmutableMap.of();

  /** Whether there are values, but no recipe to have them. */
  boolean isMisused() {
    return file == null && !settings.isEmpty();
  }

  Optional<Recipe> read() throws IOException, RecipeException {
    return file == null ? Optional.empty() : Optional.of(RecipeReader.read(file, settings));
  }
}
