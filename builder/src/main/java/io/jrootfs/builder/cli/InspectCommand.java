package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.PendingFile;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.inspect.ImageNeeds;
import io.jrootfs.builder.inspect.InspectionHtml;
import io.jrootfs.builder.inspect.InspectionJson;
import io.jrootfs.builder.inspect.InspectionText;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code jbuild inspect}: what is in an image. */
final class InspectCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild inspect [OPTIONS] IMAGE")
        .description(
            "Shows an image's names and digests, configuration, layers, sizes and packages.",
            "Every byte is verified against the digest that leads to it.")
        .footer(
            "  jbuild inspect image.tar", "  jbuild inspect --json --html image.html image.tar");
    command.addPositional(SelectionOptions.image().build());
    command.addOption(Options.flag("One JSON object instead of text.", "--json"));
    command.addOption(
        Options.file(
            "FILE",
            "Write a page to look at as well, with a map of sizes and a drawing of what needs"
                + " what: one file, without scripts.",
            "--html"));
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
        writePage(InspectionHtml.of(contents, needs(contents)), html.get());
      }
      console
          .out()
          .print(given.isOn("--json") ? InspectionJson.of(contents) : InspectionText.of(contents));
    }
    return ExitCode.DONE.status();
  }

  private static ImageNeeds needs(ImageContents contents) throws IOException, ImageFormatException {
    try (ImageRoot root = ImageRoot.of(contents)) {
      return ImageNeeds.read(
          contents.rootfs(),
          root.sysroot(),
          commands(root.config()),
          ProgramFinder.searchPath(ResolutionOptions.path(root.config())),
          CheckCommand.report(root));
    }
  }

  /** An entry point often starts what the command names. */
  private static ImmutableList<String> commands(ImageConfig config) {
    return Stream.of(config.entrypoint(), config.cmd())
        .flatMap(words -> words.stream().limit(1))
        .collect(ImmutableList.toImmutableList());
  }

  private static void writePage(String html, Path file) throws IOException {
    try (PendingFile page = PendingFile.replacing(file)) {
      page.stream().write(html.getBytes(StandardCharsets.UTF_8));
      page.commit();
    }
  }
}
