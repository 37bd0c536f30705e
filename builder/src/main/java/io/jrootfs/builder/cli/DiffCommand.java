package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.inspect.ComparisonJson;
import io.jrootfs.builder.inspect.ComparisonText;
import io.jrootfs.builder.inspect.Difference;
import io.jrootfs.builder.inspect.ImageComparison;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild diff}: what differs between two images. */
@Command(
    name = "diff",
    customSynopsis = "jbuild diff [OPTIONS] A B",
    description = {
      "Shows in what two images differ: entries, modes, owners, extended attributes, contents,"
          + " configuration, packages.",
      "How they are stored does not matter: format, layers, compression, history, dates."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild diff image.tar image.tar",
      "  jbuild diff --json --times image.tar image.tar"
    })
final class DiffCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(paramLabel = "A B", arity = "0..*", description = SelectionOptions.IMAGE)
  private List<Path> images = ImmutableList.of();

  @Option(names = "--times", description = "Compare modification times too.")
  private boolean times;

  @Option(names = "--json", description = "A JSON array instead of text.")
  private boolean json;

  @ArgGroup(validate = false, heading = "%nWhich image, of several in one file:%n", order = 2)
  private SelectionOptions which = new SelectionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  DiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, ImageFormatException, UncopyableFileException {
    if (images.size() != 2) {
      throw new ParameterException(spec.commandLine(), "give the two images A and B");
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImageContents first = ImageContents.read(images.get(0), which.selection(), spool.path());
      ImageContents second = ImageContents.read(images.get(1), which.selection(), spool.path());
      ImmutableList<Difference> differences = ImageComparison.of(first, second, times);
      console.out().print(json ? ComparisonJson.of(differences) : ComparisonText.of(differences));
      if (!talk.isQuiet()) {
        tellWhatWasNotCompared(first);
        tellWhatWasNotCompared(second);
      }
      return (differences.isEmpty() ? ExitCode.DONE : ExitCode.REQUEST).status();
    }
  }

  private void tellWhatWasNotCompared(ImageContents contents) {
    if (contents.details().isEmpty()) {
      console
          .err()
          .println(
              "jbuild diff: "
                  + contents.source()
                  + " has no image configuration, so configurations are not compared");
    }
  }
}
