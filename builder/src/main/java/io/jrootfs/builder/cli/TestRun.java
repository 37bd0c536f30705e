package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.Finding;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.recipe.Check;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeReader;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.trial.Jrun;
import io.jrootfs.builder.trial.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** One run of {@code jbuild test}. */
final class TestRun {
  private final Options given;
  private final Console console;
  private final @Nullable Path recipe;
  private final boolean allowSetuid;
  private final RecipeSettings settings;
  private final SelectionOptions which;
  private final TalkOptions talk;

  private int told;
  private int failed;

  TestRun(Options given, Console console) {
    this.given = given;
    this.console = console;
    this.recipe = given.value("--recipe", Path.class).orElse(null);
    this.allowSetuid = given.isOn("--allow-setuid");
    this.settings = new RecipeSettings(given);
    this.which = new SelectionOptions(given);
    this.talk = new TalkOptions(given);
  }

  /**
   * Does what the words say.
   *
   * @return the exit status
   * @throws ParameterException if they make no sense
   */
  int run() throws IOException, RecipeException, ImageFormatException, UncopyableFileException {
    Path subject =
        given
            .word(0, Path.class)
            .orElseThrow(() -> usage("give the file name of a RECIPE or an IMAGE"));
    boolean isRecipe = subject.toString().matches(".*\\.ya?ml");
    if (recipe == null && !isRecipe) {
      if (!settings.isEmpty()) {
        throw usage("--set is about a recipe; give --recipe, or a RECIPE instead of an IMAGE");
      }
      return testAny(subject);
    }
    if (recipe == null && !which.words().isEmpty()) {
      throw usage(
          "--image-name and --platform are about an IMAGE; a recipe's is built for this machine");
    }
    if (allowSetuid) {
      throw usage("--allow-setuid goes with an IMAGE alone; a recipe says 'no-setuid' or does not");
    }
    Recipe checked = RecipeReader.read(recipe == null ? subject : recipe, settings.values());
    if (checked.checks().isEmpty()) {
      throw usage(checked.file() + " has no 'checks'");
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      if (recipe != null) {
        return test(checked, subject, spool.path());
      }
      Path image = spool.path().resolve("image.tar");
      int built = Jbuild.runAs("test", new RootfsCommand(), build(subject, image), console);
      return built == ExitCode.DONE.status() ? test(checked, image, spool.path()) : built;
    }
  }

  /** The same words that a user would build with. */
  private ImmutableList<String> build(Path file, Path image) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("--recipe", file.toString(), "-q", "--format", "hybrid", "-o", image.toString());
    if (talk.isVerbose()) {
      words.add("--verbose");
    }
    settings.values().forEach((name, value) -> words.add("--set", name + "=" + value));
    return words.build();
  }

  private int test(Recipe checked, Path image, Path spool)
      throws IOException, ImageFormatException, UncopyableFileException {
    Trial trial = trial(image, spool);
    for (Check check : checked.checks()) {
      tell(check.toString(), trial.fault(check));
    }
    return verdict(checked.file().toString());
  }

  /** What is true of every good image, without knowing what it is for. */
  private int testAny(Path image)
      throws IOException, ImageFormatException, UncopyableFileException {
    ImmutableList<String> command;
    RootCheck.Report report;
    try (ImageRoot root = ImageRoot.open(image, which.selection())) {
      command =
          ImmutableList.<String>builder()
              .addAll(root.config().entrypoint())
              .addAll(root.config().cmd())
              .build();
      report = CheckCommand.report(root);
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      Trial trial = trial(image, spool.path());
      if (!command.isEmpty()) {
        tell("its command runs: " + String.join(" ", command), trial.begins());
      } else {
        talk.warn(image + " has no command, so none is run", console);
      }
      tell("everything in it starts", fault(report));
      if (!allowSetuid) {
        tell(
            "no-setuid",
            trial
                .fault(new Check.NoSetuid())
                .map(fault -> fault + "; --allow-setuid is for where that is meant"));
      }
    }
    return verdict(image.toString());
  }

  private static Optional<String> fault(RootCheck.Report report) {
    return report.findings().stream()
        .filter(Finding::isProblem)
        .map(Finding::sentence)
        .findFirst()
        .map(first -> first + "; 'jbuild check' tells all of it");
  }

  private Trial trial(Path image, Path spool)
      throws IOException, ImageFormatException, UncopyableFileException {
    return new Trial(
        image,
        ImageContents.read(image, which.selection(), spool).rootfs(),
        Jrun.find(console.environment().getOrDefault("PATH", ""), which.words()));
  }

  private void tell(String claim, Optional<String> fault) {
    told++;
    String line = claim.replaceAll("\\p{Cntrl}", " ");
    if (fault.isPresent()) {
      failed++;
      console.out().println("FAILED " + line + ": " + fault.get());
    } else {
      console.out().println("ok     " + line);
    }
    console.out().flush();
  }

  private int verdict(String of) {
    if (failed > 0) {
      console.err().printf("jbuild test: %d of %d checks of %s failed%n", failed, told, of);
      return ExitCode.REQUEST.status();
    }
    return ExitCode.DONE.status();
  }

  private ParameterException usage(String message) {
    return given.misuse(message);
  }
}
