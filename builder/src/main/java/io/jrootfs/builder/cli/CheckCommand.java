package io.jrootfs.builder.cli;

import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.CheckJson;
import io.jrootfs.builder.closure.Finding;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild check}: does everything in an image start. */
@Command(
    name = "check",
    customSynopsis = "jbuild check [OPTIONS] IMAGE",
    description = {
      "Tells what in an image would not start: a program or library whose interpreter, libraries or"
          + " symbol versions are not there, a script without its interpreter, a command that is a"
          + " dangling link. Works on any image and on a directory; nothing of it is run.",
      "Problems are printed as they are, remarks (what may be all right) behind 'remark:'. The exit"
          + " status is 1 if there is a problem."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild check image.tar",
      "  jbuild check -q /srv/root",
      "  jbuild check --json image.tar | jq -r '.findings[].path'"
    })
final class CheckCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(paramLabel = "IMAGE", arity = "0..1", description = SelectionOptions.IMAGE)
  private @Nullable Path image;

  @Option(
      names = "--json",
      description = "One JSON object instead of text, remarks included, with -q too.")
  private boolean json;

  @ArgGroup(validate = false, heading = "%nWhich image, of several in one file:%n", order = 2)
  private SelectionOptions which = new SelectionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, ImageFormatException {
    if (image == null) {
      throw new ParameterException(spec.commandLine(), "give the IMAGE to check");
    }
    RootCheck.Report report;
    try (ImageRoot root = ImageRoot.open(image, which.selection())) {
      report = report(root);
    }
    if (json) {
      console.out().print(CheckJson.render(report));
    } else {
      print(report);
    }
    return report.isGood() ? ExitCode.DONE.status() : ExitCode.REQUEST.status();
  }

  private void print(RootCheck.Report report) {
    for (Finding finding : report.findings()) {
      if (finding.isProblem()) {
        console.out().println(finding.sentence());
      } else if (!talk.isQuiet()) {
        console.out().println("remark: " + finding.sentence());
      }
    }
    if (!talk.isQuiet()) {
      long problems = report.findings().stream().filter(Finding::isProblem).count();
      console
          .err()
          .printf(
              "%s: %d programs, %d libraries, %d scripts; %s%n",
              image,
              report.programs(),
              report.libraries(),
              report.scripts(),
              problems == 0 ? "all of them start" : "problems: " + problems);
    }
  }

  /** What there is to say of an image's root. */
  static RootCheck.Report report(ImageRoot root) throws IOException {
    return RootCheck.check(
        root.sysroot(),
        command(root.config()),
        ProgramFinder.searchPath(ResolutionOptions.path(root.config())));
  }

  private static Optional<String> command(ImageConfig config) {
    return Stream.concat(config.entrypoint().stream(), config.cmd().stream()).findFirst();
  }
}
