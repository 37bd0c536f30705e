package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.util.Optional;

/** {@code jrun rm}: forgets containers that have ended. */
final class RmCommand extends EachContainerCommand {
  RmCommand() {
    super(
        "rm",
        "Removes what is kept of containers that have ended: exit status and log.",
        Options.flag("End those that run, at once.", "-f", "--force"),
        all("All that have ended; with --force, those that run, too."),
        ignore());
  }

  @Override
  boolean isOneOfAll(Options options, KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running
        ? options.isOn("--force")
        : container.status() instanceof ContainerStatus.Exited
            || container.status() instanceof ContainerStatus.Dead;
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of("  jrun rm web", "  jrun rm -f web db", "  jrun rm --all");
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    if (options.isOn("--force") && container.status() instanceof ContainerStatus.Running running) {
      return end(container, running);
    }
    if (!isRemoved(container)) {
      throw refusal(container, options.isOn("--force"));
    }
    return ImmutableList.of();
  }

  /** Named twice, or removed by somebody else meanwhile, it is as gone as was asked for. */
  private static boolean isRemoved(KnownContainer container) throws IOException {
    return ContainerStore.removeEnded(container) || container.again().isEmpty();
  }

  private static ImmutableList<LifecycleStep> end(
      KnownContainer container, ContainerStatus.Running running) {
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    addThaw(container, steps);
    return steps
        .add(StopCommand.stop(container, running, Optional.of("0")))
        .add(new LifecycleStep.RemoveRecord(running.launcher(), container.directory()))
        .build();
  }

  private static StateException refusal(KnownContainer container, boolean isForced) {
    if (container.status() instanceof ContainerStatus.Elsewhere) {
      return elsewhere(container);
    }
    String name = container.record().name();
    return new StateException(
        "container '" + name + "'",
        isForced
            ? "is about to start; try again"
            : "runs; stop it first, 'jrun stop " + name + "', or use 'jrun rm -f'");
  }
}
