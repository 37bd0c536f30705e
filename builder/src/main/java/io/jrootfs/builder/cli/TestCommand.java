package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.recipe.Check;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeReader;
import io.jrootfs.builder.trial.Jrun;
import io.jrootfs.builder.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild test}: the checks of a recipe. */
@Command(
    name = "test",
    customSynopsis = {
      "jbuild test [OPTIONS] RECIPE",
      "       jbuild test [OPTIONS] --recipe RECIPE IMAGE"
    },
    description = {
      "Builds a recipe and runs its checks: commands each in a container of its own, started by jrun,"
          + " and what must be true of the files.",
      "Given an IMAGE, checks that instead of building."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild test recipes/bash-tools.yaml",
      "  jbuild test --recipe recipes/bash-tools.yaml image.tar"
    })
final class TestCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(
      paramLabel = "RECIPE|IMAGE",
      arity = "0..1",
      description = "A recipe, or with --recipe an archive or image layout.")
  private @Nullable Path subject;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description = "Whose checks to run against an IMAGE.")
  private @Nullable Path recipe;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A value for a variable of the recipe.")
  private Map<String, String> settings = ImmutableMap.of();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  TestCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, RecipeException, ImageFormatException {
    if (subject == null) {
      throw usage("give the file name of a RECIPE, or --recipe and an IMAGE");
    }
    if (recipe == null && !subject.toString().matches(".*\\.ya?ml")) {
      throw usage(
          subject
              + " is no .yaml file; of an image, tell with --recipe whose checks are to be run");
    }
    Recipe checked = RecipeReader.read(recipe == null ? subject : recipe, settings);
    if (checked.checks().isEmpty()) {
      throw usage(checked.file() + " has no 'checks'");
    }
    Path spool = Files.createTempDirectory("jbuild-");
    spool.toFile().deleteOnExit();
    try {
      if (recipe != null) {
        return test(checked, subject, spool);
      }
      Path image = spool.resolve("image.tar");
      int built = Jbuild.run(build(subject, image), console);
      return built == ExitCode.DONE.status() ? test(checked, image, spool) : built;
    } finally {
      MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** The same words that a user would build with. */
  private ImmutableList<String> build(Path file, Path image) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("rootfs", "--recipe", file.toString(), "-q", "--format", "hybrid", "-o");
    words.add(image.toString());
    settings.forEach((name, value) -> words.add("--set", name + "=" + value));
    return words.build();
  }

  private int test(Recipe checked, Path image, Path spool)
      throws IOException, ImageFormatException {
    Image opened = ImageReader.open(image, ImageSelection.forThisMachine(), spool);
    Trial trial =
        new Trial(
            image,
            LayerFlattener.flatten(opened, spool),
            Jrun.find(console.environment().getOrDefault("PATH", "")));
    int failed = 0;
    for (Check check : checked.checks()) {
      Optional<String> fault = trial.fault(check);
      String claim = check.toString().replaceAll("\\p{Cntrl}", " ");
      if (fault.isPresent()) {
        failed++;
        console.out().println("FAILED " + claim + ": " + fault.get());
      } else {
        console.out().println("ok     " + claim);
      }
      console.out().flush();
    }
    if (failed > 0) {
      console
          .err()
          .printf(
              "jbuild test: %d of %d checks of %s failed%n",
              failed, checked.checks().size(), checked.file());
      return ExitCode.REQUEST.status();
    }
    return ExitCode.DONE.status();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
