package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.RunRequest;
import io.jrootfs.runner.bundle.Unpacking;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.namespace.NamespaceSyntaxException;
import io.jrootfs.runner.network.NetworkChoice;
import io.jrootfs.runner.network.NetworkSyntaxException;
import io.jrootfs.runner.seccomp.ProfileException;
import io.jrootfs.runner.spec.Overrides;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code jrun [OPTIONS] IMAGE [--] [COMMAND [ARG...]]}. */
final class RunOptions {
  static final String HELP_ALL = "--help-all";

  private final ParseResult parsed;
  private final Options options;

  RunOptions(ParseResult parsed) {
    this.parsed = parsed;
    this.options = new Options(parsed);
  }

  /** Adds all options and parameters to a command. */
  static void declare(Declaration command) {
    SelectionOptions.declare(command);
    ProcessOptions.declare(command);
    FilesystemOptions.declare(command);
    NamespaceOptions.declare(command);
    NetworkOptions.declare(command);
    SecurityOptions.declare(command);
    ResourceOptions.declare(command);
    LimitOptions.declare(command);
    LifecycleOptions.declare(command);
    command.addArgGroup(
        group(
            "%nTalk:%n",
            flag("Print what would be done, step by step, and do nothing.", "--explain"),
            flag(
                "Plan it anew, even if the same command line came before and nothing has changed.",
                "--no-replay"),
            Command.quiet("Say nothing but errors."),
            Command.verboseCalled("--verbose"),
            flag("Show what is used every day.", "--help").usageHelp(true),
            flag("Show every option.", HELP_ALL),
            flag("Show the versions of jrun, Java and the kernel.", "--version")
                .versionHelp(true)));
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
    command.addPositional(programWords("Replaces the image's Cmd."));
  }

  /** A program and its arguments, behind the first word. */
  static PositionalParamSpec programWords(String description) {
    return PositionalParamSpec.builder()
        .index("1..*")
        .arity("0..*")
        .paramLabel("COMMAND")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description(description)
        .build();
  }

  boolean isExplain() {
    return options.isOn("--explain");
  }

  boolean isVerbose() {
    return options.isOn("--verbose");
  }

  boolean isQuiet() {
    return options.isOn("--quiet");
  }

  /** The image, as the user wrote it. */
  String imageText() {
    return parsed.matchedPositionalValue(0, "");
  }

  /** Which image of several in one file. */
  ImageSelection selection() throws UsageException {
    return new SelectionOptions(options).selection();
  }

  /** When the image is unpacked. */
  Unpacking unpacking() throws UsageException {
    return new SelectionOptions(options).unpacking();
  }

  NetworkChoice network() throws NetworkSyntaxException {
    return new NetworkOptions(options).choice();
  }

  /** The container whose network this one is to have. */
  Optional<String> joinedNetwork() {
    return new NetworkOptions(options).joined();
  }

  LifecycleRequest lifecycle() throws UsageException {
    return new LifecycleOptions(options).request();
  }

  /**
   * What is to be run.
   *
   * @param containers asked for those whose namespaces are joined
   * @throws UsageException if options contradict each other or a value is none of those there are
   * @throws MountSyntaxException if a volume or tmpfs is malformed
   * @throws NamespaceSyntaxException if a namespace is
   * @throws NetworkSyntaxException if a setting of the network is
   * @throws ProfileException if a file is no seccomp profile
   * @throws LimitException if a limit is malformed
   * @throws StateException if a container that is to be joined does not run
   * @throws IOException if it cannot be looked for
   */
  RunRequest request(NamespaceOptions.Containers containers)
      throws UsageException,
          MountSyntaxException,
          NamespaceSyntaxException,
          NetworkSyntaxException,
          ProfileException,
          LimitException,
          StateException,
          IOException {
    FilesystemOptions filesystem = new FilesystemOptions(options);
    ProcessOptions process = new ProcessOptions(options);
    return new RunRequest(
        image(),
        filesystem.volumes(),
        filesystem.devices(),
        process.environmentFiles(),
        new Overrides(
            process.overrides(command()),
            filesystem.overrides(),
            new NamespaceOptions(options).overrides(containers),
            new SecurityOptions(options).overrides(),
            new LimitOptions(options).limits(),
            new NetworkOptions(options).names()));
  }

  private Path image() throws UsageException {
    if (!parsed.hasMatchedPositional(0)) {
      throw new UsageException("an image is missing");
    }
    String image = imageText();
    if (image.isEmpty()) {
      throw new UsageException("the image's name is empty");
    }
    return path(image);
  }

  static Path path(String text) throws UsageException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException("'" + text + "' is no file name: " + e.getReason());
    }
  }

  private ImmutableList<String> command() {
    return command(parsed);
  }

  /** The words behind the first one. */
  static ImmutableList<String> command(ParseResult parsed) {
    ImmutableList<String> command =
        ImmutableList.copyOf(parsed.matchedPositionalValue(1, List.<String>of()));
    return !command.isEmpty() && command.get(0).equals("--")
        ? command.subList(1, command.size())
        : command;
  }
}
