package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.text;

import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import java.util.Optional;
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
                "The image for that machine, such as linux/arm64 (default: this machine).",
                "--platform")));
  }

  /**
   * What was asked for.
   *
   * @throws UsageException if the platform is none
   */
  ImageSelection selection() throws UsageException {
    ImageSelection here = ImageSelection.forThisMachine();
    Optional<String> platform = options.value("--platform");
    try {
      return new ImageSelection(
          options.value("--image-name"), platform.map(Platform::parse).orElse(here.platform()));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--platform: " + e.getMessage());
    }
  }
}
