package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.bundle.Unpacking;

/**
 * Which image is meant where a file holds several, in the words of {@code jbuild}, and how it is
 * made ready.
 */
final class SelectionOptions {
  private static final KnownWords UNPACKINGS = KnownWords.of("auto", "always", "never", "in-place");

  private final Options options;

  SelectionOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nThe image:%n",
            text(
                "REF",
                "The image of that name (default: the first one for the platform).",
                "--image-name"),
            text(
                "OS/ARCH",
                "The image for that machine, such as linux/arm64 (default: this machine's, or the only"
                    + " one).",
                "--platform"),
            text(
                "auto|always|never|in-place",
                "Unpack it, or mount its layers as they are, which takes root and Linux 6.12:"
                    + " copies that were verified, or in-place, out of the image's own file, which"
                    + " nobody may write to meanwhile (default: auto, unpacked if it is small or"
                    + " cannot be mounted).",
                "--unpack")));
  }

  /**
   * When the image is unpacked.
   *
   * @throws UsageException if the word is unknown
   */
  Unpacking unpacking() throws UsageException {
    String word = options.value("--unpack").orElse("auto");
    return switch (word) {
      case "auto" -> Unpacking.AUTO;
      case "always" -> Unpacking.ALWAYS;
      case "never" -> Unpacking.NEVER;
      case "in-place" -> Unpacking.IN_PLACE;
      default -> throw new UsageException("--unpack '" + word + "': " + UNPACKINGS.problem(word));
    };
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
