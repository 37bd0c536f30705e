package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jbuild lock}: what a recipe builds now, to be built again. */
@Command(
    name = "lock",
    customSynopsis = "jbuild lock [OPTIONS] RECIPE",
    description = {
      "Writes RECIPE's lock beside it, x.lock for x.yaml: the digest of every file that its image"
          + " would hold, of the recipe itself, its date and the compressor; of a Debian system also"
          + " each package with version and digest.",
      "'jbuild rootfs --recipe RECIPE --locked' then builds that or fails, telling what differs;"
          + " with --offline a Debian system is made of the locked packages in the cache, and a base"
          + " image taken from there, without a network."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild lock recipes/bash-tools.yaml",
      "  jbuild lock --set greeting=hi recipes/bash-tools.yaml"
    })
final class LockCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Mixin private RecipeArgument recipe = new RecipeArgument();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  LockCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  /** The same way as a build, up to where it would be written. */
  @Override
  public Integer call() {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("rootfs", "--recipe", recipe.file(spec).toString(), "--write-lock");
    recipe.settings().forEach((name, value) -> words.add("--set", name + "=" + value));
    if (talk.isQuiet()) {
      words.add("-q");
    }
    return Jbuild.run(words.build(), console);
  }
}
