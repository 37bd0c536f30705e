package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.list;

import io.jrootfs.runner.network.NameSettings;
import io.jrootfs.runner.network.NetworkSyntaxException;
import picocli.CommandLine.Model.CommandSpec;

/** How the container finds others on the network. */
final class NetworkOptions {
  private final Options options;

  NetworkOptions(Options options) {
    this.options = options;
  }

  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nNames, in a network of the container's own:%n",
            list("ADDRESS", "Name server for /etc/resolv.conf.", "--dns"),
            list("DOMAIN", "Domain that names are looked for in.", "--dns-search"),
            list("OPTION", "Option of the resolver, such as ndots:2.", "--dns-option"),
            list("NAME:ADDRESS", "Line of /etc/hosts.", "--add-host")));
  }

  NameSettings names() throws NetworkSyntaxException {
    return NameSettings.parse(
        options.values("--dns"),
        options.values("--dns-search"),
        options.values("--dns-option"),
        options.values("--add-host"));
  }
}
