package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.NetworkSyntaxException;
import io.jrootfs.runner.network.PublishedPort;
import io.jrootfs.runner.plan.NetworkSteps;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;

/**
 * Who has which ports of the host, for telling who is told that one is taken. Nobody is refused by
 * it: of two that start at once neither runs yet, and the kernel gives a port to one.
 *
 * @param all of the containers that run
 */
record PortHolders(ImmutableList<Holder> all) {

  /** One port of one container. */
  private record Holder(String container, PublishedPort port) {}

  /**
   * Looks at all containers, if ports are asked for.
   *
   * @param asked by the one that is to start
   * @throws IOException if a record cannot be read
   */
  static PortHolders of(ContainerStore containers, PortRecord asked) throws IOException {
    ImmutableList.Builder<Holder> all = ImmutableList.builder();
    if (!asked.ports().isEmpty()) {
      for (KnownContainer container : containers.containers()) {
        if (container.status() instanceof ContainerStatus.Running) {
          for (String text : PortRecord.read(container.directory()).ports()) {
            all.add(new Holder(container.record().name(), port(text)));
          }
        }
      }
    }
    return new PortHolders(all.build());
  }

  private static PublishedPort port(String recorded) throws IOException {
    try {
      return PublishedPort.ofText(recorded);
    } catch (NetworkSyntaxException e) {
      throw new IOException("a container's record has no port where one should be", e);
    }
  }

  NetworkSteps named(NetworkSteps connection) {
    return connection.heldBy(
        asked ->
            all.stream()
                .filter(holder -> holder.port().excludes(asked))
                .map(Holder::container)
                .findFirst());
  }
}
