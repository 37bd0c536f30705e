package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.pairs;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/** What the image's configuration says. */
final class ImageOptions {
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  private final Options given;

  ImageOptions(Options given) {
    this.given = given;
  }

  static OptionGroup declare() {
    return group(
        "%nImage configuration:%n",
        text("COMMAND", "What always runs; words separated by blanks.", "--entrypoint"),
        text(
            "COMMAND",
            "The default command, or the entrypoint's default arguments; words separated by blanks."
                + " Default: the first program.",
            "--cmd"),
        pairs(
            "NAME=VALUE",
            "An environment variable. PATH covers every program unless it is set.",
            "-e",
            "--env"),
        text(
            "USER[:GROUP]",
            "Who runs the command, by name or number. Default: root.",
            "-u",
            "--user"),
        text("DIR", "Where the command starts. Default: /.", "-w", "--workdir"),
        pairs("NAME=VALUE", "A label.", "--label"),
        list("PORT[/PROTOCOL]", "A port that the command listens on.", "--expose"),
        list("DIR", "A directory for data of an instance.", "--volume"),
        text("SIGNAL", "What asks the command to end. Default: SIGTERM.", "--stop-signal"),
        pairs("NAME=VALUE", "An annotation of the manifest.", "--annotation"));
  }

  /**
   * The settings.
   *
   * @param usage makes the exception for a message
   */
  ImageSettings settings(Function<String, ParameterException> usage) {
    ImmutableList<String> exposed = given.values("--expose");
    ImmutableMap<String, String> env = given.valuesByName("--env");
    ImmutableList<String> volumes = given.values("--volume");
    Optional<String> workingDir = given.value("--workdir");
    for (String port : exposed) {
      if (!ImageSettings.isPort(port)) {
        throw usage.apply(
            "--expose: '" + port + "' is no port such as 80 or 53/udp, from 1 to 65535");
      }
    }
    if (env.containsKey("")) {
      throw usage.apply("--env: a variable needs a name");
    }
    for (String volume : volumes) {
      requireAbsolute("--volume", volume, usage);
    }
    Optional<String> stopSignal = given.value("--stop-signal");
    if (stopSignal.isPresent() && Signal.parse(stopSignal.get()).isEmpty()) {
      throw usage.apply(
          "--stop-signal: '" + stopSignal.get() + "' is not " + ImageSettings.SIGNALS);
    }
    if (workingDir.isPresent()) {
      requireAbsolute("--workdir", workingDir.get(), usage);
    }
    return new ImageSettings(
        given.value("--entrypoint").map(ImageOptions::words),
        given.value("--cmd").map(ImageOptions::words),
        env,
        given.value("--user"),
        workingDir,
        ImmutableSortedMap.copyOf(given.valuesByName("--label")),
        ImmutableSortedSet.copyOf(exposed),
        ImmutableSortedSet.copyOf(volumes),
        stopSignal,
        ImmutableSortedMap.copyOf(given.valuesByName("--annotation")));
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
