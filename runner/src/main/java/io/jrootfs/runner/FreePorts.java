package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Closer;
import com.google.common.net.InetAddresses;
import io.jrootfs.runner.network.PublishedPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the host that the user has left to us. */
public final class FreePorts {
  private FreePorts() {}

  /**
   * These, with numbers that nobody has now where there were none.
   *
   * @throws IOException if there is none left
   */
  public static ImmutableList<PublishedPort> chosen(ImmutableList<PublishedPort> asked)
      throws IOException {
    ImmutableList.Builder<PublishedPort> ports = ImmutableList.builder();
    // Held until each has one: else the same would be found twice.
    try (Closer held = Closer.create()) {
      for (PublishedPort port : asked) {
        ports.add(port.hostPort() == 0 ? port.withHostPort(free(port, held)) : port);
      }
    }
    return ports.build();
  }

  private static int free(PublishedPort port, Closer held) throws IOException {
    InetAddress address = port.address().orElse(InetAddresses.forString("0.0.0.0"));
    return port.tcp()
        ? held.register(new ServerSocket(0, 1, address)).getLocalPort()
        : held.register(new DatagramSocket(new InetSocketAddress(address, 0))).getLocalPort();
  }
}
