package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;

/**
 * What a container's own network is connected with.
 *
 * @param way how; none if it has a loopback only
 * @param ports of the host that are its own
 */
public record NetworkChoice(Way way, ImmutableList<PublishedPort> ports) {
  /** Only with itself. */
  public static final NetworkChoice NONE = new NetworkChoice(Way.NONE, ImmutableList.of());

  /** What leads out of it. */
  public enum Way {
    /** Nothing. */
    NONE,
    /** {@link BridgeNetwork}. */
    BRIDGE,
    /** {@link Pasta}. */
    PASTA
  }

  /** What stands in {@code --add-host} for the host's address on the bridge. */
  public static final String HOST_GATEWAY = "host-gateway";

  /**
   * What the options {@code --network} and {@code --publish} ask for.
   *
   * @throws NetworkSyntaxException if ports are published that nothing leads to
   */
  public static NetworkChoice parse(String mode, ImmutableList<String> published)
      throws NetworkSyntaxException {
    Way way =
        switch (mode) {
          case "bridge" -> Way.BRIDGE;
          case "pasta" -> Way.PASTA;
          default -> Way.NONE;
        };
    ImmutableList.Builder<PublishedPort> ports = ImmutableList.builder();
    for (String text : published) {
      if (way == Way.NONE) {
        throw new NetworkSyntaxException(
            "--publish",
            text,
            "needs a network that the host is on; add '--network bridge' as root, '--network pasta' as"
                + " an ordinary user");
      }
      for (PublishedPort port : PublishedPort.parse(text)) {
        if (way == Way.BRIDGE
            && port.address().isPresent()
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
    return new NetworkChoice(way, all);
  }

  public boolean isOnBridge() {
    return way == Way.BRIDGE;
  }

  public boolean isByPasta() {
    return way == Way.PASTA;
  }
}
