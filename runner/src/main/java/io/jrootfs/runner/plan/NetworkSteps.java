package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.network.BridgeNetwork;
import io.jrootfs.runner.network.Pasta;
import io.jrootfs.runner.network.PublishedPort;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What connects a container, by the places in a plan where it is done.
 *
 * @param before before there is a new process
 * @param behindClone by the launcher, while the new process waits
 * @param mounts before all other mounts
 * @param inside once the loopback interface is up
 */
public record NetworkSteps(
    ImmutableList<NetworkStep> before,
    ImmutableList<NetworkStep> behindClone,
    ImmutableList<MountStep> mounts,
    ImmutableList<NetworkStep> inside) {

  /** Of a container without one. */
  public static final NetworkSteps NONE =
      new NetworkSteps(
          ImmutableList.of(), ImmutableList.of(), ImmutableList.of(), ImmutableList.of());

  /**
   * What a change of net.ipv4.ip_forward changes for every link and the machine
   * (net/ipv4/devinet.c, inet_forward_change): who accepts redirects is not asked again when it is
   * undone.
   */
  private static final ImmutableMap<String, String> FOLLOWERS =
      ImmutableMap.of(
          "/proc/sys/net/ipv4/conf/*/forwarding", "1",
          "/proc/sys/net/ipv4/conf/all/accept_redirects", "0");

  /** The same of version 6 (net/ipv6/addrconf.c, addrconf_fixup_forwarding). */
  private static final ImmutableMap<String, String> FOLLOWERS_SIX =
      ImmutableMap.of("/proc/sys/net/ipv6/conf/*/forwarding", "1");

  private static final ImmutableSet<MountFlag> READ_ONLY = ImmutableSet.of(MountFlag.READ_ONLY);

  /**
   * A place on the bridge.
   *
   * @param place what is kept of it
   * @param number of the container there
   */
  public static NetworkSteps onBridge(
      BridgeNetwork network,
      NetworkStep.TakeLease place,
      int number,
      ImmutableList<PublishedPort> ports) {
    ImmutableList.Builder<NetworkStep> outside = ImmutableList.builder();
    Path directory = place.network();
    outside.add(place);
    network.creation().forEach(request -> outside.add(new NetworkStep.SendNetlink(request)));
    // What is sent to a published port of the host's loopback leaves by the bridge.
    outside.add(
        new NetworkStep.ChangeSetting(
            "/proc/sys/net/ipv4/conf/" + BridgeNetwork.LINK + "/route_localnet",
            "1",
            "",
            ImmutableMap.of()));
    outside.add(forwarding(BridgeNetwork.FORWARDING, directory.resolve("setting-4"), FOLLOWERS));
    if (network.six()) {
      outside.add(
          forwarding(BridgeNetwork.FORWARDING_SIX, directory.resolve("setting-6"), FOLLOWERS_SIX));
    }
    outside.add(new NetworkStep.SendNetlink(network.connection(number)));
    outside.add(new NetworkStep.SendNetlink(network.wayBack(number)));
    network
        .publication(number, ports)
        .ifPresent(request -> outside.add(new NetworkStep.SendNetlink(request)));
    outside.add(new NetworkStep.TellNames(directory));
    return new NetworkSteps(
        reserved(network.six(), ports, true),
        outside.build(),
        ImmutableList.of(
            new MountStep.BindMount(
                directory.resolve(place.name()).resolve("hosts").toString(),
                "/etc/hosts",
                false,
                READ_ONLY)),
        network.inside(number).stream()
            .map(NetworkStep.ConfigureNetwork::new)
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * By the program pasta, which takes the ports itself.
   *
   * @param program its path
   * @param six whether the host has IPv6
   */
  public static NetworkSteps byPasta(
      String program, boolean six, ImmutableList<PublishedPort> ports) {
    return new NetworkSteps(
        reserved(six, ports, false),
        ImmutableList.of(new NetworkStep.RunPasta(Pasta.command(program, ports))),
        ImmutableList.of(),
        ImmutableList.of());
  }

  /**
   * The same, with what is known of who has the ports already; whether it still does when they are
   * taken, the kernel says.
   *
   * @param holder of a port of the host, by its name
   */
  public NetworkSteps heldBy(Function<PublishedPort, Optional<String>> holder) {
    ImmutableList.Builder<NetworkStep> steps = ImmutableList.builder();
    for (NetworkStep step : before) {
      steps.add(
          step instanceof NetworkStep.ReservePort port
              ? new NetworkStep.ReservePort(
                  port.address(), port.port(), port.held(), holder.apply(port.port()))
              : step);
    }
    return new NetworkSteps(steps.build(), behindClone, mounts, inside);
  }

  private static NetworkStep forwarding(
      String path, Path kept, ImmutableMap<String, String> followers) {
    return new NetworkStep.ChangeSetting(path, "1", kept.toString(), followers);
  }

  private static ImmutableList<NetworkStep> reserved(
      boolean six, ImmutableList<PublishedPort> ports, boolean held) {
    ImmutableList.Builder<NetworkStep> steps = ImmutableList.builder();
    for (PublishedPort port : ports) {
      for (String address : port.boundAddresses(six)) {
        steps.add(new NetworkStep.ReservePort(address, port, held, Optional.empty()));
      }
    }
    return steps.build();
  }
}
