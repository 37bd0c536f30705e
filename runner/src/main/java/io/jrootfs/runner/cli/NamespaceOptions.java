package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.text;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.spec.NamespaceOverrides;
import io.jrootfs.runner.spec.NetworkMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** What the container has of its own and what it shares with the host. */
final class NamespaceOptions {
  private final Options options;

  NamespaceOptions(Options options) {
    this.options = options;
  }

  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nIsolation:%n",
            text("NAME", "The container's name for itself.", "--hostname"),
            text(
                "MODE",
                "none, private (both: own loopback only; default) or host (the caller's).",
                "--network")));
  }

  /**
   * What was asked for.
   *
   * @throws UsageException if a value is none of those there are
   */
  NamespaceOverrides overrides() throws UsageException {
    return new NamespaceOverrides(options.value("--hostname"), network());
  }

  private NetworkMode network() throws UsageException {
    Optional<String> word = options.value("--network");
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
}
