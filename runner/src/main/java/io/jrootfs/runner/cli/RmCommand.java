package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;

/** {@code jrun rm}: forgets containers that have ended. */
final class RmCommand extends ContainersCommand {
  RmCommand() {
    super("rm", "Removes what is kept of containers that have ended: exit status and log.");
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    for (KnownContainer container : containers) {
      if (!ContainerStore.removeEnded(container)) {
        String name = container.record().name();
        throw new StateException(
            "container '" + name + "'", "runs; stop it first, 'jrun stop " + name + "'");
      }
      console.out().println(Console.printable(container.record().name()));
    }
  }
}
