package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.KnownContainer;

/** {@code jrun inspect}: all that is known of containers. */
final class InspectCommand extends ContainersCommand {
  InspectCommand() {
    super("inspect", "Prints all that is known of the containers, as JSON.");
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    console.out().println(ContainersJson.of(containers));
  }
}
