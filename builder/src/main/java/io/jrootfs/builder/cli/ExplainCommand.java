package io.jrootfs.builder.cli;

import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jbuild explain}: a recipe as one file. */
@Command(
    name = "explain",
    customSynopsis = "jbuild explain [OPTIONS] RECIPE",
    description = {
      "Prints a recipe with everything it includes and all variables replaced, and where each value"
          + " that is not from the recipe itself comes from.",
      "The result is a recipe, too. Nothing is built."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild explain recipes/bash-tools.yaml",
      "  jbuild explain --set version=2 app.yaml >merged.yaml"
    })
final class ExplainCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Mixin private RecipeArgument recipe = new RecipeArgument();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, RecipeException {
    console.out().print(RecipeReader.explain(recipe.file(spec), recipe.settings()));
    return ExitCode.DONE.status();
  }
}
