package io.jrootfs.builder.cli;

import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.CheckJson;
import io.jrootfs.builder.closure.Finding;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.option.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code jbuild check}: does everything in an image start. */
final class CheckCommand implements Command {
  @Override
  public void declare(CommandSpec command) {
    command
        .usageMessage()
        .customSynopsis("jbuild check [OPTIONS] IMAGE")
        .description(
            "Tells what in an image would not start: a program or library whose interpreter,"
                + " libraries or symbol versions are not there, a script without its interpreter, a"
                + " command that is a dangling link. Works on any image and on a directory; nothing"
                + " of it is run.",
            "Problems are printed as they are, remarks (what may be all right) behind 'remark:'. The"
                + " exit status is 1 if there is a problem.")
        .footer(
            "  jbuild check image.tar",
            "  jbuild check -q /srv/root",
            "  jbuild check --json image.tar | jq -r '.findings[].path'");
    command.addPositional(SelectionOptions.image().build());
    command.addOption(
        Options.flag("One JSON object instead of text, remarks included, with -q too.", "--json")
            .build());
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console) throws IOException, ImageFormatException {
    Path image =
        given.word(0, Path.class).orElseThrow(() -> given.misuse("give the IMAGE to check"));
    RootCheck.Report report;
    try (ImageRoot root = ImageRoot.open(image, new SelectionOptions(given).selection())) {
      report = report(root);
    }
    if (given.isOn("--json")) {
      console.out().print(CheckJson.render(report));
    } else {
      print(report, image, new TalkOptions(given), console);
    }
    return report.isGood() ? ExitCode.DONE.status() : ExitCode.REQUEST.status();
  }

  private static void print(
      RootCheck.Report report, Path image, TalkOptions talk, Console console) {
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
          .println(
              image
                  + ": "
                  + report.programs()
                  + " programs, "
                  + report.libraries()
                  + " libraries, "
                  + report.scripts()
                  + " scripts; "
                  + (problems == 0 ? "all of them start" : "problems: " + problems));
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
