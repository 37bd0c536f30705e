package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/** Which image is meant where a file holds several; the same for every command that reads one. */
final class SelectionOptions {
  /** What a command's IMAGE may be. */
  static final String IMAGE =
      "An image: docker or OCI archive, OCI layout directory, plain tar of a root filesystem (also"
          + " gzip, xz, zstd), or a directory that is one.";

  private final Optional<String> name;
  private final Optional<Platform> platform;

  SelectionOptions(Options given) {
    this.name = given.value("--image-name");
    this.platform = given.value("--platform", Platform.class);
  }

  static OptionGroup declare() {
    return group(
        "%nWhich image, of several in one file:%n",
        text(
            "REF",
            "The image of that name. Default: the first one for the platform.",
            "--image-name"),
        platform(
            "The image for that machine, such as linux/arm64. Default: this machine's, or the only"
                + " one."));
  }

  /** The image that a command is about. */
  static PositionalParamSpec.Builder image() {
    return Options.word(0, Path.class, "IMAGE", IMAGE);
  }

  static OptionSpec.Builder platform(String description) {
    return Options.of(Platform.class, "OS/ARCH", description, "--platform")
        .converters(new PlatformConverter());
  }

  /** The same options in the words of a command line, jrun's too; none if nothing was asked for. */
  ImmutableList<String> words() {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    name.ifPresent(it -> words.add("--image-name=" + it));
    platform.ifPresent(it -> words.add("--platform=" + it));
    return words.build();
  }

  ImageSelection selection() {
    return ImageSelection.of(name, platform);
  }

  /** {@code OS/ARCH[/VARIANT]}. */
  private static final class PlatformConverter implements ITypeConverter<Platform> {
    @Override
    public Platform convert(String value) {
      try {
        return Platform.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
