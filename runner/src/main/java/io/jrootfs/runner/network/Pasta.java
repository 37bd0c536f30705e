package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;

/**
 * The program pasta (package passt): carries what a network namespace sends by sockets of the user
 * who runs it, with the host's own addresses, and needs no rights over the host.
 */
public final class Pasta {
  /** Its name. */
  public static final String PROGRAM = "pasta";

  private Pasta() {}

  /**
   * What the launcher runs, with the namespace as standard input and where it says its pid as
   * standard output.
   *
   * @param program an absolute path
   * @param ports of the host, each with a number
   */
  public static ImmutableList<String> command(String program, ImmutableList<PublishedPort> ports) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add(program, "--foreground", "--quiet", "--config-net");
    words.add("--netns", "/proc/self/fd/0", "--pid", "/proc/self/fd/1");
    // Without this the gateway's address would be the host's loopback.
    words.add("--no-map-gw");
    // Otherwise it leads whatever the host listens at into the container's loopback.
    words.add("--tcp-ns", "none", "--udp-ns", "none");
    published(words, "--tcp-ports", true, ports);
    published(words, "--udp-ports", false, ports);
    return words.build();
  }

  private static void published(
      ImmutableList.Builder<String> words,
      String option,
      boolean tcp,
      ImmutableList<PublishedPort> ports) {
    boolean any = false;
    for (PublishedPort port : ports) {
      if (port.tcp() == tcp) {
        String where = port.address().map(ip -> InetAddresses.toAddrString(ip) + "/").orElse("");
        words.add(option, where + port.hostPort() + ":" + port.containerPort());
        any = true;
      }
    }
    if (!any) {
      words.add(option, "none");
    }
  }
}
