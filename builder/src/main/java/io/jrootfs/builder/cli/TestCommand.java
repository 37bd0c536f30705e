package io.jrootfs.builder.cli;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import java.nio.file.Path;

/** {@code jbuild test}: the checks of a recipe, or what any image must stand. */
final class TestCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis(
            "jbuild test [OPTIONS] RECIPE", "       jbuild test [OPTIONS] [--recipe RECIPE] IMAGE")
        .description(
            "Builds a recipe and runs its checks: commands each in a container of its own, started"
                + " by jrun, and what must be true of the files.",
            "Given an IMAGE and --recipe, runs the recipe's checks against that instead of"
                + " building.",
            "Given an IMAGE alone, tests what must be true of any: its own command can be run (it is"
                + " ended after two seconds), everything in it starts as 'jbuild check' understands"
                + " it, and no program takes on another user, group or capabilities.",
            "RECIPE is a file whose name ends in .yaml or .yml.")
        .footer(
            "  jbuild test recipes/bash-tools.yaml",
            "  jbuild test image.tar",
            "  jbuild test --image-name example/web:2 images.tar",
            "  jbuild test --recipe recipes/bash-tools.yaml image.tar");
    command.addPositional(
        Options.word(
                0,
                Path.class,
                "RECIPE|IMAGE",
                "A recipe file, or an image: an archive, an image layout or a directory.")
            .build());
    command.addOption(Options.file("RECIPE", "Whose checks to run against an IMAGE.", "--recipe"));
    command.addOption(
        Options.flag(
            "Of an IMAGE alone: programs may be setuid, setgid or have capabilities, as in a"
                + " whole distribution.",
            "--allow-setuid"));
    command.addOption(RecipeSettings.option());
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console) throws Exception {
    return new TestRun(given, console).run();
  }
}
