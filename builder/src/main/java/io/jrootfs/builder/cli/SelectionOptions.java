package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which image is meant where a file holds several; the same for every command that reads one. */
final class SelectionOptions {
  /** What a command's IMAGE may be. */
  static final String IMAGE =
      "An image: docker or OCI archive, OCI layout directory, plain tar of a root filesystem (also"
          + " gzip, xz, zstd), or a directory that is one.";

  @Option(
      names = "--image-name",
      paramLabel = "REF",
      description = "The image of that name. Default: the first one for the platform.")
  private @Nullable String name;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      converter = PlatformConverter.class,
      description =
          "The image for that machine, such as linux/arm64. Default: this machine's, or the only one.")
  private @Nullable Platform platform;

  /** The same options in the words of a command line, jrun's too; none if nothing was asked for. */
  ImmutableList<String> words() {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    if (name != null) {
      words.add("--image-name=" + name);
    }
    if (platform != null) {
      words.add("--platform=" + platform);
    }
    return words.build();
  }

  ImageSelection selection() {
    return ImageSelection.of(Optional.ofNullable(name), Optional.ofNullable(platform));
  }

  /** {@code OS/ARCH[/VARIANT]}. */
  static final class PlatformConverter implements ITypeConverter<Platform> {
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
