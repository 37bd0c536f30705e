package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.RunRequest;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.spec.NetworkMode;
import io.jrootfs.runner.spec.Overrides;
import io.jrootfs.runner.spec.TerminalMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of {@code jrun [OPTIONS] IMAGE [--] [COMMAND [ARG...]]}.
 *
 * <p>Declared by calls: reading sixty annotations would take longer than starting the container.
 */
final class RunOptions {
  private final ParseResult parsed;

  RunOptions(ParseResult parsed) {
    this.parsed = parsed;
  }

  /** Adds all options and parameters to a command. */
  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nProcess:%n",
            text("STRING", "Run this instead of the image's Entrypoint and Cmd.", "--entrypoint"),
            list("NAME[=VALUE]", "Set a variable, or copy the caller's.", "-e", "--env"),
            text("USER[:GROUP]", "Be this user; names or numbers.", "-u", "--user"),
            text("DIR", "Start here.", "-w", "--workdir")));
    command.addArgGroup(
        group(
            "%nTerminal:%n",
            flag(
                "Give the container a pseudo-terminal (default: if on a terminal).", "-t", "--tty"),
            flag("Never give it one.", "-T", "--no-tty"),
            flag("Accepted; standard input is always connected.", "-i", "--interactive")));
    command.addArgGroup(
        group(
            "%nFiles:%n",
            list(
                "SRC:DST[:OPTIONS]",
                "Show a file or directory of the host. OPTIONS: ro, rw, rbind.",
                "-v",
                "--volume"),
            list(
                "DST[:OPTIONS]",
                "Mount an empty tmpfs. OPTIONS: ro, exec, suid, dev, size=, mode=, nr_inodes=.",
                "--tmpfs"),
            flag("Make the container's root read-only.", "--read-only")));
    command.addArgGroup(
        group(
            "%nIsolation:%n",
            text("NAME", "The container's name for itself.", "--hostname"),
            text(
                "MODE",
                "none, private (both: own loopback only; default) or host (the caller's).",
                "--network")));
    command.addArgGroup(
        group(
            "%nTalk:%n",
            flag("Print what would be done, step by step, and do nothing.", "--explain"),
            flag("Say nothing but errors.", "-q", "--quiet"),
            flag("With an error, also say where it arose.", "--verbose"),
            OptionSpec.builder("--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this text.")
                .build(),
            OptionSpec.builder("--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Show the versions of jrun, Java and the kernel.")
                .build()));
    command.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            // Not required(true): then an unknown option would be told of as a missing image.
            .arity("0..1")
            .paramLabel("IMAGE")
            .type(String.class)
            .description(
                "Image archive (docker, OCI), image layout, tar of a root filesystem, or a"
                    + " directory that is one.")
            .build());
    command.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .paramLabel("COMMAND")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Replaces the image's Cmd.")
            .build());
  }

  private static ArgGroupSpec group(String heading, OptionSpec... options) {
    ArgGroupSpec.Builder group = ArgGroupSpec.builder().heading(heading).validate(false);
    for (int i = 0; i < options.length; i++) {
      group.addArg(options[i].toBuilder().order(i).build());
    }
    return group.build();
  }

  private static OptionSpec text(String label, String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static OptionSpec list(String label, String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(boolean.class)
        .description(description)
        .build();
  }

  private static String[] rest(String... names) {
    return Arrays.copyOfRange(names, 1, names.length);
  }

  boolean isExplain() {
    return has("--explain");
  }

  boolean isQuiet() {
    return has("--quiet");
  }

  boolean isVerbose() {
    return has("--verbose");
  }

  /**
   * What is to be run.
   *
   * @throws UsageException if options contradict each other or a value is none of those there are
   * @throws MountSyntaxException if a volume or tmpfs is malformed
   */
  RunRequest request() throws UsageException, MountSyntaxException {
    ImmutableList.Builder<BindArgument> volumes = ImmutableList.builder();
    for (String volume : values("--volume")) {
      volumes.add(BindArgument.parse(volume));
    }
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    for (String tmpfs : values("--tmpfs")) {
      mounts.add(TmpfsArgument.parse(tmpfs));
    }
    return new RunRequest(
        image(),
        volumes.build(),
        new Overrides(
            command(),
            value("--entrypoint"),
            values("--env"),
            value("--user"),
            value("--workdir"),
            value("--hostname"),
            terminal(),
            network(),
            mounts.build(),
            has("--read-only")));
  }

  private Path image() throws UsageException {
    if (!parsed.hasMatchedPositional(0)) {
      throw new UsageException("an image is missing");
    }
    String image = parsed.matchedPositionalValue(0, "");
    if (image.isEmpty()) {
      throw new UsageException("the image's name is empty");
    }
    try {
      return Path.of(image);
    } catch (InvalidPathException e) {
      throw new UsageException("'" + image + "' is no file name: " + e.getReason());
    }
  }

  private ImmutableList<String> command() {
    ImmutableList<String> command =
        ImmutableList.copyOf(parsed.matchedPositionalValue(1, List.<String>of()));
    return !command.isEmpty() && command.get(0).equals("--")
        ? command.subList(1, command.size())
        : command;
  }

  private TerminalMode terminal() throws UsageException {
    if (has("--tty") && has("--no-tty")) {
      throw new UsageException("-t demands a terminal and -T refuses it; leave one of them out");
    }
    return has("--tty")
        ? TerminalMode.ALWAYS
        : has("--no-tty") ? TerminalMode.NEVER : TerminalMode.AUTOMATIC;
  }

  private NetworkMode network() throws UsageException {
    Optional<String> word = value("--network");
    if (word.isEmpty()) {
      return NetworkMode.PRIVATE;
    }
    ImmutableMap<String, NetworkMode> modes =
        Arrays.stream(NetworkMode.values())
            .collect(ImmutableMap.toImmutableMap(NetworkMode::word, mode -> mode));
    NetworkMode mode = modes.get(word.get());
    if (mode == null) {
      throw new UsageException(
          "no network is called '"
              + word.get()
              + "'; there are "
              + modes.keySet().stream().collect(Collectors.joining(", ")));
    }
    return mode;
  }

  private boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  private Optional<String> value(String option) {
    return Optional.ofNullable(parsed.matchedOptionValue(option, (String) null));
  }

  private ImmutableList<String> values(String option) {
    return ImmutableList.copyOf(parsed.matchedOptionValue(option, List.<String>of()));
  }
}
