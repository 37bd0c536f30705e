package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.PendingFile;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.inspect.InspectionHtml;
import io.jrootfs.builder.inspect.InspectionJson;
import io.jrootfs.builder.inspect.InspectionText;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild inspect}: what is in an image. */
@Command(
    name = "inspect",
    customSynopsis = "jbuild inspect [OPTIONS] IMAGE",
    description = {
      "Shows an image's names and digests, configuration, layers, sizes and packages.",
      "Every byte is verified against the digest that leads to it."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jbuild inspect image.tar", "  jbuild inspect --json --html image.html image.tar"})
final class InspectCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(paramLabel = "IMAGE", arity = "0..1", description = SelectionOptions.IMAGE)
  private @Nullable Path image;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page to look at as well: one file, without scripts.")
  private @Nullable Path html;

  @ArgGroup(validate = false, heading = "%nWhich image, of several in one file:%n", order = 2)
  private SelectionOptions which = new SelectionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, ImageFormatException, UncopyableFileException {
    if (image == null) {
      throw new ParameterException(spec.commandLine(), "give the IMAGE to inspect");
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImageContents contents = ImageContents.read(image, which.selection(), spool.path());
      if (html != null) {
        writePage(contents, html);
      }
      console.out().print(json ? InspectionJson.of(contents) : InspectionText.of(contents));
    }
    return ExitCode.DONE.status();
  }

  private static void writePage(ImageContents contents, Path file) throws IOException {
    try (PendingFile page = PendingFile.replacing(file)) {
      page.stream().write(InspectionHtml.of(contents).getBytes(StandardCharsets.UTF_8));
      page.commit();
    }
  }
}
