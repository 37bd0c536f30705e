package io.jrootfs.builder.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What the image's configuration says. */
final class ImageOptions {
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  @Option(
      names = "--entrypoint",
      paramLabel = "COMMAND",
      description = "What always runs; words separated by blanks.")
  private @Nullable String entrypoint;

  @Option(
      names = "--cmd",
      paramLabel = "COMMAND",
      description =
          "The default command, or the entrypoint's default arguments; words separated by blanks."
              + " Default: the first program.")
  private @Nullable String cmd;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME=VALUE",
      description = "An environment variable. PATH covers every program unless it is set.")
  private Map<String, String> env = ImmutableMap.of();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "Who runs the command, by name or number. Default: root.")
  private @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      description = "Where the command starts. Default: /.")
  private @Nullable String workingDir;

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label.")
  private Map<String, String> labels = ImmutableMap.of();

  @Option(
      names = "--expose",
      paramLabel = "PORT[/PROTOCOL]",
      description = "A port that the command listens on.")
  private List<String> exposed = ImmutableList.of();

  @Option(
      names = "--volume",
      paramLabel = "DIR",
      description = "A directory for data of an instance.")
  private List<String> volumes = ImmutableList.of();

  @Option(
      names = "--stop-signal",
      paramLabel = "SIGNAL",
      description = "What asks the command to end. Default: SIGTERM.")
  private @Nullable String stopSignal;

  @Option(
      names = "--annotation",
      paramLabel = "NAME=VALUE",
      description = "An annotation of the manifest.")
  private Map<String, String> annotations = ImmutableMap.of();

  /**
   * The settings.
   *
   * @param usage makes the exception for a message
   */
  ImageSettings settings(Function<String, ParameterException> usage) {
    for (String port : exposed) {
      if (!ImageSettings.isPort(port)) {
        throw usage.apply("--expose: '" + port + "' is not like 80 or 53/udp");
      }
    }
    if (env.containsKey("")) {
      throw usage.apply("--env: a variable needs a name");
    }
    for (String volume : volumes) {
      requireAbsolute("--volume", volume, usage);
    }
    if (workingDir != null) {
      requireAbsolute("--workdir", workingDir, usage);
    }
    return new ImageSettings(
        Optional.ofNullable(entrypoint).map(ImageOptions::words),
        Optional.ofNullable(cmd).map(ImageOptions::words),
        ImmutableMap.copyOf(env),
        Optional.ofNullable(user),
        Optional.ofNullable(workingDir),
        ImmutableSortedMap.copyOf(labels),
        ImmutableSortedSet.copyOf(exposed),
        ImmutableSortedSet.copyOf(volumes),
        Optional.ofNullable(stopSignal),
        ImmutableSortedMap.copyOf(annotations));
  }

  private static void requireAbsolute(
      String option, String path, Function<String, ParameterException> usage) {
    try {
      RootfsPath.of(path);
    } catch (IllegalArgumentException e) {
      throw usage.apply(option + ": " + e.getMessage());
    }
  }

  private static ImmutableList<String> words(String command) {
    return ImmutableList.copyOf(WORDS.split(command));
  }
}
