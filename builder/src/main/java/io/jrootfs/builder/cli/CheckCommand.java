package io.jrootfs.builder.cli;

import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.CheckJson;
import io.jrootfs.builder.closure.Finding;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.Count;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code jbuild check}: does everything in an image start. */
final class CheckCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild check [OPTIONS] IMAGE")
        .description(
            "Tells what in an image would not start: a program or library whose interpreter,"
                + " libraries or symbol versions are not there, a script without its interpreter, a"
                + " command that is a dangling link, a user whom the image does not know. Works on"
                + " any image and on a directory; nothing of it is run.",
            "Problems are printed as they are, remarks (what may be all right) behind 'remark:'."
                + " The exit status is 1 if there is a problem.")
        .footer(
            "  jbuild check image.tar",
            "  jbuild check -q ./root",
            "  jbuild check --json image.tar | jq -r '.findings[].path'");
    command.addPositional(SelectionOptions.image().build());
    command.addOption(
        Options.flag("One JSON object instead of text, remarks included, with -q too.", "--json"));
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
                  + Count.of(report.programs(), "program")
                  + ", "
                  + Count.of(report.libraries(), "library", "libraries")
                  + ", "
                  + Count.of(report.scripts(), "script")
                  + "; "
                  + (problems == 0 ? verdict(report) : "problems: " + problems));
    }
  }

  /** What is said where no problem is: nothing that is not there starts. */
  private static String verdict(RootCheck.Report report) {
    return report.programs() + report.libraries() + report.scripts() == 0
        ? "there is nothing to start"
        : "all of them start";
  }

  /** What there is to say of an image's root. */
  static RootCheck.Report report(ImageRoot root) throws IOException {
    RootCheck.Report report =
        RootCheck.check(
            root.sysroot(),
            command(root.config()),
            ProgramFinder.searchPath(ResolutionOptions.path(root.config())));
    return root.userProblem()
        .map(
            problem ->
                report.with(
                    Finding.problem(
                        SysrootPath.of("/etc/passwd"),
                        "the image's own user '" + root.config().user() + "': " + problem)))
        .orElse(report);
  }

  private static Optional<String> command(ImageConfig config) {
    return Stream.concat(config.entrypoint().stream(), config.cmd().stream()).findFirst();
  }
}
