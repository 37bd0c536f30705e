package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.inspect.ComparisonJson;
import io.jrootfs.builder.inspect.ComparisonText;
import io.jrootfs.builder.inspect.Difference;
import io.jrootfs.builder.inspect.ImageComparison;
import io.jrootfs.builder.inspect.ImageContents;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.io.IOException;
import java.nio.file.Path;

/** {@code jbuild diff}: what differs between two images. */
final class DiffCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild diff [OPTIONS] A B")
        .description(
            "Shows in what two images differ: entries, modes, owners, extended attributes, contents,"
                + " configuration, packages.",
            "How they are stored does not matter: format, layers, compression, history, dates.")
        .footer(
            "  jbuild diff image.tar image.tar",
            "  jbuild diff --json --times image.tar image.tar");
    command.addPositional(Options.words(Path.class, "A B", SelectionOptions.IMAGE).build());
    command.addOption(Options.flag("Compare modification times too.", "--times"));
    command.addOption(Options.flag("A JSON array instead of text.", "--json"));
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console)
      throws IOException, ImageFormatException, UncopyableFileException {
    ImmutableList<Path> images = given.words(Path.class);
    if (images.size() != 2) {
      throw given.misuse("give the two images A and B");
    }
    ImageSelection which = new SelectionOptions(given).selection();
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImageContents first = ImageContents.read(images.get(0), which, spool.path());
      ImageContents second = ImageContents.read(images.get(1), which, spool.path());
      ImmutableList<Difference> differences =
          ImageComparison.of(first, second, given.isOn("--times"));
      console
          .out()
          .print(
              given.isOn("--json")
                  ? ComparisonJson.of(differences)
                  : ComparisonText.of(differences));
      TalkOptions talk = new TalkOptions(given);
      tellWhatWasNotCompared(first, talk, console);
      tellWhatWasNotCompared(second, talk, console);
      return (differences.isEmpty() ? ExitCode.DONE : ExitCode.REQUEST).status();
    }
  }

  private static void tellWhatWasNotCompared(
      ImageContents contents, TalkOptions talk, Console console) {
    if (contents.details().isEmpty()) {
      talk.warn(
          contents.source() + " has no image configuration, so configurations are not compared",
          console);
    }
  }
}
