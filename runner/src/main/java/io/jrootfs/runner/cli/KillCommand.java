package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.process.Signal;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;

/** {@code jrun kill}: sends a signal. */
final class KillCommand extends ContainersCommand {
  private static final Signal KILL = new Signal(9);

  KillCommand() {
    super(
        "kill",
        "Sends a signal to the first process of each container.",
        Command.signal("Which one (default: KILL).", "-s", "--signal"));
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    Signal signal = signal("--signal", options.value("--signal").orElse(KILL.word()));
    boolean isKill = signal.number() == KILL.number();
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    for (KnownContainer container : containers) {
      ContainerStatus.Running running = running(container);
      // The launcher passes signals on as their default action needs it; this one it cannot see.
      steps.add(
          new LifecycleStep.SignalProcess(
              container.record().name(), isKill ? running.first() : running.launcher(), signal));
      // As docker has it: what is to end a paused container does.
      if (isKill || signal.number() == container.record().stopSignal()) {
        addThaw(container, steps);
      }
    }
    control(facts, steps.build());
  }
}
