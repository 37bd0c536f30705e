package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;

/** {@code jrun wait}: waits and tells how they ended. */
final class WaitCommand extends EachContainerCommand {
  WaitCommand() {
    super("wait", "Waits until the containers have ended, and prints their exit statuses.");
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of("  jrun wait web", "  jrun wait web db");
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    String name = container.record().name();
    refuseElsewhere(container);
    if (container.status() instanceof ContainerStatus.Dead dead) {
      throw new StateException("container '" + name + "'", dead.sentence());
    }
    return ImmutableList.of(
        new LifecycleStep.AwaitEnd(
            name,
            container.status() instanceof ContainerStatus.Running running
                ? running.launcher()
                : container.record().launcher(),
            container.directory(),
            !options.isOn("--quiet")));
  }

  @Override
  String quiet() {
    return "Do not print their exit statuses.";
  }

  @Override
  boolean printsNames() {
    return false;
  }
}
