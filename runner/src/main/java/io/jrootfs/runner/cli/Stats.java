package io.jrootfs.runner.cli;

import io.jrootfs.runner.ContainerUsage;
import io.jrootfs.runner.cgroup.Usage;
import io.jrootfs.runner.network.Traffic;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One container's use of the machine.
 *
 * @param cpuPercent part of one processor between two looks; empty if it cannot be told
 */
record Stats(
    KnownContainer container, Usage usage, Optional<Traffic> traffic, OptionalDouble cpuPercent) {

  static Stats of(ContainerUsage now, Optional<ContainerUsage> before) {
    return new Stats(
        now.container(),
        now.usage(),
        now.traffic(),
        before.isPresent() ? now.cpuPercent(before.get()) : OptionalDouble.empty());
  }

  /** A sentence about what cannot be told of a container that runs; empty if all can. */
  Optional<String> note() {
    if (!(container.status() instanceof ContainerStatus.Running)) {
      return Optional.empty();
    }
    boolean hasCgroup = !container.record().cgroups().isEmpty();
    List<String> parts = new ArrayList<>();
    List<String> uncounted = uncounted();
    if (!uncounted.isEmpty()) {
      parts.add(
          joined(uncounted)
              + " cannot be told, for "
              + (hasCgroup
                  ? "its cgroup has no controller that counts that"
                  : "it has no cgroup of its own; " + ContainersCommand.WHO_HAS_CGROUPS));
    }
    if (traffic.isEmpty()) {
      parts.add("network use cannot be told, for its network is the host's or not to be seen");
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of("container '" + container.record().name() + "': " + String.join("; ", parts));
  }

  /** As a sentence has several things: "a, b and c". */
  private static String joined(List<String> things) {
    int last = things.size() - 1;
    return last == 0
        ? things.get(0)
        : String.join(", ", things.subList(0, last)) + " and " + things.get(last);
  }

  private List<String> uncounted() {
    List<String> uncounted = new ArrayList<>();
    if (usage.cpuTime().isEmpty()) {
      uncounted.add("processor time");
    }
    if (usage.memory().isEmpty()) {
      uncounted.add("memory");
    }
    if (usage.blockRead().isEmpty()) {
      uncounted.add("disk use");
    }
    if (usage.pids().isEmpty()) {
      uncounted.add("the number of processes");
    }
    return uncounted;
  }
}
