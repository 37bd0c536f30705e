package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.cgroup.Freezer;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;

/** {@code jrun pause} and {@code jrun unpause}: stops containers where they are, and continues. */
final class PauseCommand extends ContainersCommand {
  private final boolean pauses;

  PauseCommand(boolean pauses) {
    super(
        pauses ? "pause" : "unpause",
        pauses
            ? "Stops all processes of the containers where they are, until 'jrun unpause'."
            : "Lets containers go on that 'jrun pause' has stopped.");
    this.pauses = pauses;
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    for (KnownContainer container : containers) {
      String name = container.record().name();
      if (running(container).paused() == pauses) {
        throw new StateException(
            "container '" + name + "'", pauses ? "is paused already" : "is not paused");
      }
      apply(freezer(container), name);
      console.out().println(Console.printable(name));
    }
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
