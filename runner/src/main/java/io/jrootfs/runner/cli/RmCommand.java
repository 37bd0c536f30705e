package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code jrun rm}: forgets containers that have ended. */
final class RmCommand extends ContainersCommand {
  RmCommand() {
    super(
        "rm",
        "Removes what is kept of containers that have ended: exit status and log.",
        Options.flag("End those that run, at once.", "-f", "--force"));
  }

  /** One that cannot be removed does not keep the others. */
  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    List<StateException> refused = new ArrayList<>();
    for (KnownContainer container : containers) {
      String name = container.record().name();
      if (options.isOn("--force")
          && container.status() instanceof ContainerStatus.Running running) {
        steps.addAll(end(container, running));
      } else if (!isRemoved(container)) {
        refused.add(refusal(container, options.isOn("--force")));
        continue;
      }
      console.out().println(Console.printable(name));
    }
    control(facts, steps.build());
    for (StateException one : refused.subList(0, Math.max(0, refused.size() - 1))) {
      console.say(Jrun.NAME + ": " + one.getMessage());
    }
    if (!refused.isEmpty()) {
      throw refused.get(refused.size() - 1);
    }
  }

  /** Named twice, or removed by somebody else meanwhile, it is as gone as was asked for. */
  private static boolean isRemoved(KnownContainer container) throws IOException {
    return ContainerStore.removeEnded(container) || !container.isThere();
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
    String name = container.record().name();
    return new StateException(
        "container '" + name + "'",
        isForced
            ? "is about to start; try again"
            : "runs; stop it first, 'jrun stop " + name + "', or use 'jrun rm -f'");
  }
}
