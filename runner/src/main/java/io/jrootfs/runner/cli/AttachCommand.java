package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.trueOrFalse;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.Conditions;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;

/** {@code jrun attach}: a container's output, input and end become the command's. */
final class AttachCommand extends ContainersCommand {
  AttachCommand() {
    super(
        "attach",
        "Shows what a container says from now on, sends it what is typed, and ends as it does."
            + " Several users can be attached at once. Input goes to a container with a terminal,"
            + " or one that was started with -i, for which the end of the input is the end of its"
            + " own.",
        DetachKeys.option(),
        flag("Send nothing that is typed.", "--no-stdin"),
        trueOrFalse(
            "Send signals, but for SIGHUP, to the container (default: true).", "--sig-proxy"));
  }

  @Override
  String quiet() {
    return SAYS_NOTHING_ELSE;
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of("  jrun attach web", "  jrun attach --detach-keys=ctrl-x,q web");
  }

  @Override
  public Declaration declare() {
    Declaration command = super.declare();
    command.usageMessage().customSynopsis("jrun attach [OPTIONS] CONTAINER");
    return command;
  }

  @Override
  public boolean endsAsAContainer() {
    return true;
  }

  @Override
  void run(Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception {
    ImmutableList<KnownContainer> containers = find(words, facts, console);
    ImmutableList<Integer> keys = DetachKeys.of(options);
    if (containers.size() > 1) {
      throw new UsageException("only one container can be attached to at a time");
    }
    KnownContainer container = containers.get(0);
    ContainerStatus.Running running = awake(container, "says nothing");
    Conditions conditions = ContainerStore.conditions(container);
    control(
        facts,
        ImmutableList.of(
            new LifecycleStep.Attach(
                container.record().name(),
                running.launcher(),
                container.directory(),
                conditions.terminal(),
                conditions.input() && !options.isOn("--no-stdin"),
                options.isTrue("--sig-proxy", true),
                keys)));
  }
}
