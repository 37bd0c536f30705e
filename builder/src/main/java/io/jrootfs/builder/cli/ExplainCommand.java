package io.jrootfs.builder.cli;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeReader;
import java.io.IOException;

/** {@code jbuild explain}: a recipe as one file. */
final class ExplainCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild explain [OPTIONS] RECIPE")
        .description(
            "Prints a recipe with everything it includes and all variables replaced, and where each"
                + " value that is not from the recipe itself comes from.",
            "The result is a recipe, too. Nothing is built.")
        .footer(
            "  jbuild explain recipes/bash-tools.yaml",
            "  jbuild explain --set version=2 app.yaml >merged.yaml");
    RecipeArgument.declare(command);
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console) throws IOException, RecipeException {
    RecipeArgument recipe = new RecipeArgument(given);
    console.out().print(RecipeReader.explain(recipe.file(), recipe.settings()));
    return ExitCode.DONE.status();
  }
}
