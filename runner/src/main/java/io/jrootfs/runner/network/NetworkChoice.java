package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;

/**
 * What a container's own network is connected with.
 *
 * @param bridge whether it is on the bridge; otherwise it has a loopback only
 * @param ports of the host that are its own
 */
public record NetworkChoice(boolean bridge, ImmutableList<PublishedPort> ports) {
  /** Only with itself. */
  public static final NetworkChoice NONE = new NetworkChoice(false, ImmutableList.of());

  /** What stands in {@code --add-host} for the host's address on the bridge. */
  public static final String HOST_GATEWAY = "host-gateway";

  /**
   * What the options {@code --network} and {@code --publish} ask for.
   *
   * @throws NetworkSyntaxException if ports are published that nothing leads to
   */
  public static NetworkChoice parse(String mode, ImmutableList<String> published)
      throws NetworkSyntaxException {
    boolean bridge = mode.equals("bridge");
    ImmutableList.Builder<PublishedPort> ports = ImmutableList.builder();
    for (String text : published) {
      if (!bridge) {
        throw new NetworkSyntaxException(
            "--publish",
            text,
            "needs a network that the host is on; add '--network bridge', as root");
      }
      for (PublishedPort port : PublishedPort.parse(text)) {
        if (port.address().isPresent()
            && port.address().get().isLoopbackAddress()
            && port.address().get().getAddress().length == 16) {
          throw new NetworkSyntaxException(
              "--publish",
              text,
              "the kernel lets nothing of the loopback address ::1 leave for a bridge; publish at"
                  + " 127.0.0.1 or another address of the host");
        }
        ports.add(port);
      }
    }
    ImmutableList<PublishedPort> all = ports.build();
    if (all.size() > PublishedPort.MOST) {
      throw new NetworkSyntaxException(
          "--publish",
          published.get(published.size() - 1),
          "makes "
              + all.size()
              + " ports of one container, which can have "
              + PublishedPort.MOST
              + "; '--network host' has them all");
    }
    return new NetworkChoice(bridge, all);
  }
}
