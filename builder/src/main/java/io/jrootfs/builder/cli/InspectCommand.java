package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.PendingFile;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.inspect.InspectionHtml;
import io.jrootfs.builder.inspect.InspectionJson;
import io.jrootfs.builder.inspect.InspectionText;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** {@code jbuild inspect}: what is in an image. */
final class InspectCommand implements Command {
  @Override
  public void declare(CommandSpec command) {
    command
        .usageMessage()
        .customSynopsis("jbuild inspect [OPTIONS] IMAGE")
        .description(
            "Shows an image's names and digests, configuration, layers, sizes and packages.",
            "Every byte is verified against the digest that leads to it.")
        .footer(
            "  jbuild inspect image.tar", "  jbuild inspect --json --html image.html image.tar");
    command.addPositional(SelectionOptions.image().build());
    command.addOption(Options.flag("One JSON object instead of text.", "--json").build());
    command.addOption(
        Options.file(
                "FILE", "Write a page to look at as well: one file, without scripts.", "--html")
            .build());
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console)
      throws IOException, ImageFormatException, UncopyableFileException {
    Path image =
        given.word(0, Path.class).orElseThrow(() -> given.misuse("give the IMAGE to inspect"));
    Optional<Path> html = given.value("--html", Path.class);
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImageContents contents =
          ImageContents.read(image, new SelectionOptions(given).selection(), spool.path());
      if (html.isPresent()) {
        writePage(contents, html.get());
      }
      console
          .out()
          .print(given.isOn("--json") ? InspectionJson.of(contents) : InspectionText.of(contents));
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
