package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;

/** {@code jrun kill}: sends a signal. */
final class KillCommand extends EachContainerCommand {
  private static final Signal KILL = new Signal(9);

  KillCommand() {
    super(
        "kill",
        "Sends a signal to the first process of each container.",
        Command.signal("Which one (default: KILL).", "-s", "--signal"),
        all("All that run."));
  }

  @Override
  boolean isOneOfAll(Options options, KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running;
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of("  jrun kill web", "  jrun kill --signal HUP web db");
  }

  @Override
  void check(Options options) throws UsageException {
    Signal unused = signal(options);
  }

  private static Signal signal(Options options) throws UsageException {
    return signal("--signal", options.value("--signal").orElse(KILL.word()));
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    Signal signal = signal(options);
    boolean isKill = signal.number() == KILL.number();
    ContainerStatus.Running running = running(container);
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    // The launcher passes signals on as their default action needs it; this one it cannot see.
    steps.add(
        new LifecycleStep.SignalProcess(
            container.record().name(), isKill ? running.first() : running.launcher(), signal));
    // As docker has it: what is to end a paused container does.
    if (isKill || signal.number() == container.record().stopSignal()) {
      addThaw(container, steps);
    }
    return steps.build();
  }
}
