package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.text;

import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import picocli.CommandLine.Model.CommandSpec;

/** Which image is meant where a file holds several, in the words of {@code jbuild}. */
final class SelectionOptions {
  private final Options options;

  SelectionOptions(Options options) {
    this.options = options;
  }

  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nWhich image, of several in one file:%n",
            text(
                "REF",
                "The image of that name (default: the first one for the platform).",
                "--image-name"),
            text(
                "OS/ARCH",
                "The image for that machine, such as linux/arm64 (default: this machine's, or the only"
                    + " one).",
                "--platform")));
  }

  /**
   * What was asked for.
   *
   * @throws UsageException if the platform is none
   */
  ImageSelection selection() throws UsageException {
    try {
      return ImageSelection.of(
          options.value("--image-name"), options.value("--platform").map(Platform::parse));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--platform: " + e.getMessage());
    }
  }
}
