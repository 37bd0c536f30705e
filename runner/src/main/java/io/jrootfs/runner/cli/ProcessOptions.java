package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.flag;
import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.list;
import static io.jrootfs.runner.cli.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.spec.ProcessOverrides;
import io.jrootfs.runner.spec.TerminalMode;
import picocli.CommandLine.Model.CommandSpec;

/** What runs, as whom, and on which terminal. */
final class ProcessOptions {
  private final Options options;

  ProcessOptions(Options options) {
    this.options = options;
  }

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
  }

  /**
   * What was asked for.
   *
   * @param command behind the image
   * @throws UsageException if options contradict each other
   */
  ProcessOverrides overrides(ImmutableList<String> command) throws UsageException {
    return new ProcessOverrides(
        command,
        options.value("--entrypoint"),
        options.values("--env"),
        options.value("--user"),
        options.value("--workdir"),
        terminal());
  }

  private TerminalMode terminal() throws UsageException {
    if (options.has("--tty") && options.has("--no-tty")) {
      throw new UsageException("-t demands a terminal and -T refuses it; leave one of them out");
    }
    return options.has("--tty")
        ? TerminalMode.ALWAYS
        : options.has("--no-tty") ? TerminalMode.NEVER : TerminalMode.AUTOMATIC;
  }
}
