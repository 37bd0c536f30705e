package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;

/** {@code jbuild lock}: what a recipe builds now, to be built again. */
final class LockCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild lock [OPTIONS] RECIPE")
        .description(
            "Writes RECIPE's lock beside it, x.lock for x.yaml: the digest of every file that its"
                + " image would hold, of the recipe itself, its date and the compressor; of a Debian"
                + " system also each package with version and digest.",
            "'jbuild rootfs --recipe RECIPE --locked' then builds that or fails, telling what"
                + " differs; with --offline a Debian system is made of the locked packages in the"
                + " cache, and a base image taken from there, without a network.")
        .footer(
            "  jbuild lock recipes/bash-tools.yaml",
            "  jbuild lock --set greeting=hi recipes/bash-tools.yaml");
    RecipeArgument.declare(command);
    TalkOptions.declare(command);
  }

  /** The same way as a build, up to where it would be written. */
  @Override
  public int run(Options given, Console console) {
    RecipeArgument recipe = new RecipeArgument(given);
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("--recipe", recipe.file().toString(), "--write-lock");
    recipe.settings().forEach((name, value) -> words.add("--set", name + "=" + value));
    words.addAll(new TalkOptions(given).words());
    return Jbuild.runAs("lock", new RootfsCommand(), words.build(), console);
  }
}
