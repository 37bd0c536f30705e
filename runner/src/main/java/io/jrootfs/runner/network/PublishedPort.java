package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of the host that is one of the container's.
 *
 * @param address of the host; all of them if empty
 * @param hostPort 0 if any will do
 * @param containerPort from 1
 * @param tcp otherwise it is UDP
 */
public record PublishedPort(
    Optional<InetAddress> address, int hostPort, int containerPort, boolean tcp) {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(?:\\[([^\\]]*)\\]|([^:\\[\\]]*)):)?(?:([0-9]+(?:-[0-9]+)?)?:)?"
              + "([0-9]+(?:-[0-9]+)?)(?:/(tcp|udp))?");

  private static final int MAX_PORT = 65_535;

  /** Of one container: each is four rules and two sockets. Who wants more wants --network host. */
  static final int MOST = 256;

  /**
   * Reads what the user wrote: {@code [[IP:][HOST]:]CONTAINER[/tcp|udp]}.
   *
   * @return one for each port of a range
   * @throws NetworkSyntaxException if it is none
   */
  public static ImmutableList<PublishedPort> parse(String text) throws NetworkSyntaxException {
    Matcher matcher = SYNTAX.matcher(text);
    String ip = null;
    String host = null;
    if (matcher.matches()) {
      ip = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      host = matcher.group(3);
      if (host == null
          && ip != null
          && matcher.group(1) == null
          && ip.matches("[0-9]+(-[0-9]+)?")) {
        host = ip;
        ip = null;
      }
    } else {
      throw wrong(text, "must be [[IP:][HOST]:]CONTAINER[/tcp|udp], such as 8080:80");
    }
    Optional<InetAddress> address =
        ip == null || ip.isEmpty() ? Optional.empty() : Optional.of(address(text, ip));
    int[] container = range(text, matcher.group(4), 1);
    int[] hosts = host == null ? new int[] {0, 0} : range(text, host, 0);
    if (hosts[0] != 0 && hosts[1] - hosts[0] != container[1] - container[0]) {
      throw wrong(text, "has ranges of different size");
    }
    ImmutableList.Builder<PublishedPort> ports = ImmutableList.builder();
    for (int i = 0; i <= container[1] - container[0]; i++) {
      ports.add(
          new PublishedPort(
              address,
              hosts[0] == 0 ? 0 : hosts[0] + i,
              container[0] + i,
              !"udp".equals(matcher.group(5))));
    }
    return ports.build();
  }

  private static InetAddress address(String text, String ip) throws NetworkSyntaxException {
    if (ip.indexOf('%') >= 0 || !InetAddresses.isInetAddress(ip)) {
      throw wrong(text, "'" + ip + "' is no address, such as 192.0.2.1 or [2001:db8::1]");
    }
    return InetAddresses.forString(ip);
  }

  private static int[] range(String text, String words, int from) throws NetworkSyntaxException {
    String[] ends = words.split("-", -1);
    int first = port(text, ends[0], from);
    int last = port(text, ends[ends.length - 1], from);
    if (last < first || last - first >= MOST || (first == 0 && last != 0)) {
      throw wrong(text, "must have a range of 1 to " + MOST + " ports, the lowest first");
    }
    return new int[] {first, last};
  }

  private static int port(String text, String digits, int from) throws NetworkSyntaxException {
    int port = digits.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(digits);
    if (port < from || port > MAX_PORT) {
      throw wrong(text, "has a port that is not from " + from + " to " + MAX_PORT);
    }
    return port;
  }

  private static NetworkSyntaxException wrong(String text, String problem) {
    return new NetworkSyntaxException("--publish", text, problem);
  }

  /**
   * The addresses of the host that it is taken at.
   *
   * @param six whether the host has IPv6
   */
  public ImmutableList<String> boundAddresses(boolean six) {
    return address
        .map(ip -> ImmutableList.of(InetAddresses.toAddrString(ip)))
        .orElse(six ? ImmutableList.of("0.0.0.0", "::") : ImmutableList.of("0.0.0.0"));
  }

  /** Whether only one of two can have its port of the host. */
  public boolean excludes(PublishedPort other) {
    boolean anywhere =
        address.map(InetAddress::isAnyLocalAddress).orElse(true)
            || other.address.map(InetAddress::isAnyLocalAddress).orElse(true);
    return tcp == other.tcp
        && hostPort == other.hostPort
        && (anywhere || address.equals(other.address));
  }

  /** The same with the port that was found for it. */
  public PublishedPort withHostPort(int port) {
    return new PublishedPort(address, port, containerPort, tcp);
  }

  /** As docker writes it. */
  public String text() {
    String where =
        address
            .map(
                ip ->
                    ip.getAddress().length == 4
                        ? InetAddresses.toAddrString(ip)
                        : "[" + InetAddresses.toAddrString(ip) + "]")
            .orElse("0.0.0.0");
    return where + ":" + hostPort + "->" + containerPort + "/" + protocol();
  }

  /**
   * What {@link #text} was made of; an empty address has become that of all.
   *
   * @throws NetworkSyntaxException if it is no such text
   */
  public static PublishedPort ofText(String text) throws NetworkSyntaxException {
    return parse(text.replace("->", ":")).get(0);
  }

  public String protocol() {
    return tcp ? "tcp" : "udp";
  }
}
