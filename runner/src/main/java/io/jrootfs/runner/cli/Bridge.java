package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import io.jrootfs.runner.BridgeLeases;
import io.jrootfs.runner.ForwardDrops;
import io.jrootfs.runner.network.NameSettings;
import io.jrootfs.runner.network.PublishedPort;
import io.jrootfs.runner.state.PortRecord;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * One container's wish to be on the bridge.
 *
 * @param leases of all
 * @param ports of the host that are to be its own
 * @param names how it finds names
 * @param root whether the caller may do that
 * @param warn says what the caller should know
 */
record Bridge(
    BridgeLeases leases,
    ImmutableList<PublishedPort> ports,
    NameSettings names,
    boolean root,
    Consumer<String> warn) {

  static final String NO_NAME_SERVERS =
      "the host has no name servers that a container can reach; name some with --dns";

  private void refuseOthers() throws UsageException {
    if (!root) {
      throw new UsageException(
          "--network bridge changes the host's network, which takes the system's root; an ordinary"
              + " user's container can have '--network pasta'");
    }
  }

  BridgeLeases.Lease preview() throws UsageException, IOException {
    refuseOthers();
    return leases.preview(ports);
  }

  BridgeLeases.Lease take(ProcessIdentity owner, String name, String hostname)
      throws UsageException, IOException {
    refuseOthers();
    BridgeLeases.Lease lease =
        leases.take(
            owner,
            name,
            hostname,
            "127.0.0.1\tlocalhost\n::1\tlocalhost\n" + String.join("", names.hosts()),
            ports);
    ImmutableList<String> changes = BridgeLeases.changes(lease.network());
    if (!changes.isEmpty()) {
      warn.accept(
          "sets "
              + String.join(" and ", changes)
              + " until the last container on the bridge has ended; meanwhile this machine passes"
              + " packets on between its networks");
    }
    ForwardDrops.find().warning().ifPresent(warn);
    if (names.servers().isEmpty()) {
      warn.accept(NO_NAME_SERVERS);
    }
    return lease;
  }

  void giveBack(BridgeLeases.Lease lease) throws IOException {
    leases.giveBack(lease);
  }

  static PortRecord record(BridgeLeases.Lease lease) {
    return new PortRecord(
        lease.network().addresses(lease.number()).stream()
            .map(InetAddresses::toAddrString)
            .collect(ImmutableList.toImmutableList()),
        lease.ports().stream().map(PublishedPort::text).collect(ImmutableList.toImmutableList()));
  }
}
