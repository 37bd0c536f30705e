package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.network.NameSettings;
import io.jrootfs.runner.network.NetworkChoice;
import io.jrootfs.runner.network.NetworkSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How the container finds others on the network. */
final class NetworkOptions {
  /** Behind systemd-resolved, which answers at the host's loopback, are those of the second. */
  private static final ImmutableList<Path> RESOLVERS =
      ImmutableList.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  private final Options options;

  NetworkOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nNames and ports, in a network of the container's own:%n",
            list(
                "[[IP:][PORT]:]PORT[/udp]",
                "Port of the host that is one of the container's, on --network bridge or pasta;"
                    + " ranges, and any free one if it is left out.",
                "-p",
                "--publish"),
            list("ADDRESS", "Name server for /etc/resolv.conf.", "--dns"),
            list("DOMAIN", "Domain that names are looked for in.", "--dns-search"),
            list("OPTION", "Option of the resolver, such as ndots:2.", "--dns-option"),
            list(
                "NAME:ADDRESS",
                "Line of /etc/hosts; ADDRESS host-gateway is the host's on the bridge.",
                "--add-host")));
  }

  NameSettings names() throws NetworkSyntaxException, IOException {
    NameSettings names =
        NameSettings.parse(
            options.values("--dns"),
            options.values("--dns-search"),
            options.values("--dns-option"),
            options.values("--add-host"));
    NetworkChoice choice = choice();
    for (String line : names.hosts()) {
      if (line.startsWith(NetworkChoice.HOST_GATEWAY) && !choice.isOnBridge()) {
        throw new NetworkSyntaxException(
            "--add-host",
            line.substring(line.indexOf('\t') + 1).strip() + ":" + NetworkChoice.HOST_GATEWAY,
            "there is a gateway only with '--network bridge'");
      }
    }
    if (choice.way() == NetworkChoice.Way.NONE || !names.servers().isEmpty()) {
      return names;
    }
    NameSettings found = names;
    for (Path file : RESOLVERS) {
      if (found.servers().isEmpty() && Files.isRegularFile(file)) {
        found = names.withServersOf(Files.readString(file));
      }
    }
    return found;
  }

  /** The container whose network is joined, by the name or id that was given. */
  Optional<String> joined() {
    return options
        .value("--network")
        .filter(mode -> mode.startsWith(NamespaceOptions.CONTAINER))
        .map(mode -> mode.substring(NamespaceOptions.CONTAINER.length()));
  }

  /** What the container's network is connected with. */
  NetworkChoice choice() throws NetworkSyntaxException {
    return NetworkChoice.parse(
        options.value("--network").orElse("private"), options.values("--publish"));
  }
}
