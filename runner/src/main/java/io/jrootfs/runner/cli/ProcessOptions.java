package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.completed;
import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;
import static io.jrootfs.runner.cli.Command.signal;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.spec.LifetimeOverrides;
import io.jrootfs.runner.spec.PrivilegeOverrides;
import io.jrootfs.runner.spec.ProcessOverrides;
import io.jrootfs.runner.spec.TerminalMode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/** What runs, as whom, and on which terminal. */
final class ProcessOptions {
  private final Options options;

  ProcessOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nProcess:%n",
            text("STRING", "Run this instead of the image's Entrypoint and Cmd.", "--entrypoint"),
            list("NAME[=VALUE]", "Set a variable, or copy the caller's.", "-e", "--env"),
            list("FILE", "Set the variables of a file, lines like those of -e.", "--env-file"),
            text("USER[:GROUP]", "Be this user; names or numbers.", "-u", "--user"),
            list("GROUP", "Be in this group, too; a name or a number.", "--group-add"),
            text("DIR", "Start here.", "-w", "--workdir"),
            text("OCTAL", "Permissions that new files do not get (default: 0022).", "--umask"),
            flag("Run the command as the child of an init of jrun's.", "--init"),
            signal("What asks the command to end (default: the image's).", "--stop-signal"),
            text(
                "SECONDS",
                "How long it then has before it is killed (default: 10).",
                "--stop-timeout"),
            text("SECONDS", "Stop it after this time; exit status 255.", "--timeout")));
    command.addArgGroup(
        group(
            "%nPrivileges:%n",
            capability("Let it have this one, or ALL.", "--cap-add"),
            capability("Let it not have this one, or ALL.", "--cap-drop"),
            flag(
                "All capabilities that jrun has, the host's devices, nothing of the kernel hidden.",
                "--privileged")));
    command.addArgGroup(
        group(
            "%nTerminal:%n",
            flag(
                "Give the container a pseudo-terminal (default: if on a terminal).", "-t", "--tty"),
            flag("Never give it one.", "-T", "--no-tty"),
            flag(
                "With -d, let 'jrun attach' type to it; else input is always connected.",
                "-i",
                "--interactive"),
            DetachKeys.option()));
  }

  private static OptionSpec.Builder capability(String description, String name) {
    return completed(
        () ->
            Stream.concat(
                    Stream.of("ALL"), Arrays.stream(Capability.values()).map(Capability::name))
                .collect(ImmutableList.toImmutableList()),
        list("CAPABILITY", description, name));
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
        options.values("--group-add"),
        options.value("--workdir"),
        options.value("--umask"),
        terminal(),
        options.isOn("--init"),
        ResourceOptions.overrides(options),
        new PrivilegeOverrides(
            options.values("--cap-add"),
            options.values("--cap-drop"),
            options.isOn("--privileged")),
        new LifetimeOverrides(
            options.value("--stop-signal"),
            options.value("--stop-timeout"),
            options.value("--timeout")));
  }

  /**
   * The files to read variables from, in order.
   *
   * @throws UsageException if one has a name that cannot be
   */
  ImmutableList<Path> environmentFiles() throws UsageException {
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    for (String file : options.values("--env-file")) {
      if (file.isEmpty()) {
        throw new UsageException("the name of an --env-file is empty");
      }
      files.add(RunOptions.path(file));
    }
    return files.build();
  }

  /**
   * When the process has a pseudo-terminal.
   *
   * @throws UsageException if options contradict each other
   */
  TerminalMode terminal() throws UsageException {
    if (options.isOn("--tty") && options.isOn("--no-tty")) {
      throw new UsageException("-t demands a terminal and -T refuses it; leave one of them out");
    }
    if (options.isOn("--tty")) {
      return TerminalMode.ALWAYS;
    }
    // In the background there is no terminal to be like.
    boolean refused =
        options.isOn("--no-tty") || options.isOn("--detach") || !options.isTrue("--tty", true);
    return refused ? TerminalMode.NEVER : TerminalMode.AUTOMATIC;
  }
}
