package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.ContainerUpdate;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import picocli.CommandLine.Model.OptionSpec;

/** {@code jrun update}: other limits for containers that run. */
final class UpdateCommand extends EachContainerCommand {
  UpdateCommand() {
    super(
        "update",
        "Gives containers that run other limits, each all that are given, or none if one cannot be."
            + " What is left out stays as it is. -1 lifts that of --memory, --memory-swap,"
            + " --memory-reservation, --cpus, --cpu-quota or --pids-limit.",
        LimitOptions.changeable("", "", "").toArray(new OptionSpec.Builder[0]));
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of(
        "  jrun update --cpus 0.5 web", "  jrun update --memory 1g --memory-swap -1 web");
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    ImmutableListMultimap<String, String> words = new LimitOptions(options).words();
    if (words.isEmpty()) {
      throw new UsageException("no limit is given that could be changed");
    }
    ContainerStatus.Running running = running(container);
    if (container.record().cgroups().isEmpty()) {
      throw new StateException(
          "container '" + container.record().name() + "'",
          "cannot be limited: it has no cgroup of its own; " + WHO_HAS_CGROUPS);
    }
    update(container, running, words);
    return ImmutableList.of();
  }

  /** With its end its cgroup goes, which must not look like a limit that cannot be enforced. */
  private static void update(
      KnownContainer container,
      ContainerStatus.Running running,
      ImmutableListMultimap<String, String> words)
      throws LimitException, IOException, StateException {
    try {
      ContainerUpdate.apply(container, words);
    } catch (LimitException | IOException e) {
      if (running.first().isAlive()) {
        throw e;
      }
      throw hasEnded(container, e);
    }
  }
}
