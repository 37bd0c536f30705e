package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;

/** {@code jrun wait}: waits and tells how they ended. */
final class WaitCommand extends ContainersCommand {
  WaitCommand() {
    super("wait", "Waits until the containers have ended, and prints their exit statuses.");
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    for (KnownContainer container : containers) {
      String name = container.record().name();
      if (container.status() instanceof ContainerStatus.Dead) {
        throw new StateException(
            "container '" + name + "'", "was killed with its launcher; nobody knows how it ended");
      }
      steps.add(
          new LifecycleStep.AwaitEnd(
              name,
              container.status() instanceof ContainerStatus.Running running
                  ? running.launcher()
                  : container.record().launcher(),
              container.directory()));
    }
    control(facts, steps.build());
  }
}
