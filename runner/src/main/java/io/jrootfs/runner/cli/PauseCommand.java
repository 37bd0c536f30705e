package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.cgroup.Freezer;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;

/** {@code jrun pause} and {@code jrun unpause}: stops containers where they are, and continues. */
final class PauseCommand extends EachContainerCommand {
  private final boolean pauses;

  PauseCommand(boolean pauses) {
    super(
        pauses ? "pause" : "unpause",
        pauses
            ? "Stops all processes of the containers where they are, until 'jrun unpause'."
            : "Lets containers go on that 'jrun pause' has stopped.",
        all(pauses ? "All that run and are not paused." : "All that are paused."));
    this.pauses = pauses;
  }

  @Override
  boolean isOneOfAll(Options options, KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running running
        && running.paused() != pauses;
  }

  @Override
  ImmutableList<String> examples() {
    String command = pauses ? "  jrun pause" : "  jrun unpause";
    return ImmutableList.of(command + " web", command + " web db");
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    String name = container.record().name();
    if (running(container).paused() == pauses) {
      throw new StateException(
          "container '" + name + "'", pauses ? "is paused already" : "is not paused");
    }
    apply(freezer(container), name);
    return ImmutableList.of();
  }

  private static Freezer freezer(KnownContainer container) throws StateException {
    return Freezer.of(container.record().cgroups())
        .orElseThrow(
            () ->
                new StateException(
                    "container '" + container.record().name() + "'",
                    "cannot be paused: it has no cgroup of its own with a freezer; "
                        + WHO_HAS_CGROUPS));
  }

  private void apply(Freezer freezer, String name) throws IOException, InterruptedException {
    try {
      if (pauses) {
        freezer.freeze();
      } else {
        freezer.thaw();
      }
    } catch (IOException e) {
      throw new IOException(
          "container '"
              + name
              + "' cannot be "
              + (pauses ? "paused: " : "continued: ")
              + Failure.of(e).sentence(),
          e);
    }
  }
}
