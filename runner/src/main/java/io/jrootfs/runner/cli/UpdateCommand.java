package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.runner.ContainerUpdate;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code jrun update}: other limits for containers that run. */
final class UpdateCommand extends ContainersCommand {
  UpdateCommand() {
    super(
        "update",
        "Gives containers that run other limits: all that are given, or none if one cannot be. -1"
            + " lifts that of --memory, --memory-swap, --memory-reservation, --cpus, --cpu-quota or"
            + " --pids-limit.",
        LimitOptions.changeable().toArray(new OptionSpec[0]));
  }

  @Override
  public CommandSpec declare() {
    CommandSpec command = super.declare();
    command
        .usageMessage()
        .footer("  jrun update --cpus 0.5 web", "  jrun update --memory 1g --memory-swap -1 web");
    return command;
  }

  @Override
  void run(
      Options options,
      ImmutableList<KnownContainer> containers,
      LauncherFacts facts,
      Console console)
      throws Exception {
    ImmutableListMultimap<String, String> words = new LimitOptions(options).words();
    if (words.isEmpty()) {
      throw new UsageException("no limit is given that could be changed");
    }
    for (KnownContainer container : containers) {
      String name = container.record().name();
      running(container);
      if (container.record().cgroups().isEmpty()) {
        throw new StateException(
            "container '" + name + "'",
            "cannot be limited: it has no cgroup of its own; " + WHO_HAS_CGROUPS);
      }
      try {
        ContainerUpdate.apply(container, words);
      } catch (IOException e) {
        if (container.isThere()) {
          throw e;
        }
        throw hasEnded(container, e);
      }
      console.out().println(Console.printable(name));
    }
  }
}
