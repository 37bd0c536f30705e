package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.ContainerEntry;
import io.jrootfs.runner.EnvironmentFile;
import io.jrootfs.runner.plan.Entry;
import io.jrootfs.runner.plan.LaunchPlan;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.spec.ExecOverrides;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun exec}: another process in a container that runs. */
final class ExecCommand implements Command {
  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " exec"));
    command
        .usageMessage()
        .customSynopsis("jrun exec [OPTIONS] CONTAINER [--] COMMAND [ARG...]")
        .description(
            "",
            "Runs a command in a container that runs: with its files, namespaces, limits, variables"
                + " and rights.")
        .footer("  jrun exec web ps", "  jrun exec -u app -w /tmp -e LANG=C web -- sh -l");
    command.addArgGroup(
        group(
            "%nOptions:%n",
            flag("Let it run in the background, with nothing to read or say.", "-d", "--detach"),
            list("NAME[=VALUE]", "Set a variable, or copy the caller's.", "-e", "--env"),
            list("FILE", "Set the variables of a file, lines like those of -e.", "--env-file"),
            text(
                "USER[:GROUP]",
                "Be this user of the container (default: who its command is).",
                "-u",
                "--user"),
            text("DIR", "Start here (default: where its command started).", "-w", "--workdir"),
            flag("All capabilities that jrun has there.", "--privileged"),
            flag("Give it a pseudo-terminal (default: if on a terminal).", "-t", "--tty"),
            flag("Never give it one.", "-T", "--no-tty"),
            flag("Accepted; standard input is always connected.", "-i", "--interactive"),
            DetachKeys.option(),
            Command.quiet(ContainersCommand.SAYS_NOTHING_ELSE),
            Command.verbose(),
            Options.help("--help")));
    command.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("CONTAINER")
            .type(String.class)
            .description("Its name, or the beginning of its id.")
            .build());
    command.addPositional(RunOptions.programWords("What to run there."));
    return command;
  }

  @Override
  public boolean runsAProgram() {
    return true;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Options options = new Options(parsed);
    String name = parsed.matchedPositionalValue(0, "");
    if (name.isEmpty()) {
      throw new UsageException("the name or id of a container is missing");
    }
    ExecOverrides overrides = overrides(options, RunOptions.command(parsed));
    ImmutableList<Integer> keys = DetachKeys.of(options);
    LauncherFacts facts = console.launcherFacts();
    KnownContainer container = console.containers(facts).find(name);
    ContainerStatus.Running running =
        ContainersCommand.awake(container, "so would be whatever enters it");
    Entry entry;
    try {
      entry =
          ContainerEntry.entry(
              container.record(),
              running.first(),
              ContainerStore.conditions(container),
              overrides,
              facts.terminals().contains(0) && facts.terminals().contains(1),
              console.environment());
    } catch (NoSuchFileException e) {
      throw ContainersCommand.hasEnded(container, e);
    }
    LaunchPlan plan = entry.plan();
    boolean typed = entry.process().terminal() && facts.terminals().contains(0);
    if (options.isOn("--detach")) {
      plan = plan.after(ImmutableList.of(new LifecycleStep.Detach("")));
    } else if (typed && !keys.isEmpty()) {
      plan = plan.after(ImmutableList.of(new LifecycleStep.DetachKeys(keys)));
    }
    Files.write(facts.plan(), PlanEncoder.encode(plan));
  }

  private static ExecOverrides overrides(Options options, ImmutableList<String> command)
      throws UsageException, IOException {
    if (command.isEmpty()) {
      throw new UsageException("a command to run in the container is missing");
    }
    ProcessOptions process = new ProcessOptions(options);
    ImmutableList.Builder<String> env = ImmutableList.builder();
    for (Path file : process.environmentFiles()) {
      env.addAll(EnvironmentFile.read(file));
    }
    return new ExecOverrides(
        command,
        env.addAll(options.values("--env")).build(),
        options.value("--user"),
        options.value("--workdir"),
        process.terminal(),
        options.isOn("--privileged"));
  }
}
