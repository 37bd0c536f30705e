package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.util.regex.Pattern;

/**
 * How the container finds names: resolv.conf(5), and hosts(5) beyond its own.
 *
 * @param servers addresses of name servers
 * @param domains that names are looked for in
 * @param options of the resolver
 * @param hosts lines of the hosts file, each with its end
 */
public record NameSettings(
    ImmutableList<String> servers,
    ImmutableList<String> domains,
    ImmutableList<String> options,
    ImmutableList<String> hosts) {
  /** As the image has it. */
  public static final NameSettings NONE =
      new NameSettings(
          ImmutableList.of(), ImmutableList.of(), ImmutableList.of(), ImmutableList.of());

  /** What resolv.conf(5) reads as one word; an underscore is in names of services. */
  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");

  private static final Pattern OPTION = Pattern.compile("[a-z0-9-]+(:[0-9]+)?");

  /** {@code MAXNS} of resolv.h: the C library reads no more. */
  private static final int MAX_SERVERS = 3;

  /**
   * Reads what the user wrote.
   *
   * @param hosts each {@code NAME:ADDRESS}
   * @throws NetworkSyntaxException if one of them is none of its kind
   */
  public static NameSettings parse(
      ImmutableList<String> servers,
      ImmutableList<String> domains,
      ImmutableList<String> options,
      ImmutableList<String> hosts)
      throws NetworkSyntaxException {
    for (String server : servers) {
      checkAddress("--dns", server, server);
    }
    if (servers.size() > MAX_SERVERS) {
      throw new NetworkSyntaxException(
          "--dns", servers.get(MAX_SERVERS), "the resolver asks three servers at most");
    }
    for (String domain : domains) {
      check("--dns-search", domain, DOMAIN, "is no domain, such as example.org");
    }
    for (String option : options) {
      check("--dns-option", option, OPTION, "is no option of resolv.conf, such as ndots:2");
    }
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (String host : hosts) {
      lines.add(hostLine(host));
    }
    return new NameSettings(servers, domains, options, lines.build());
  }

  private static String hostLine(String host) throws NetworkSyntaxException {
    int colon = host.indexOf(':');
    if (colon < 0) {
      throw new NetworkSyntaxException("--add-host", host, "must be NAME:ADDRESS");
    }
    String name = host.substring(0, colon);
    check("--add-host", name, DOMAIN, "is no name of a host");
    String address = host.substring(colon + 1);
    if (address.startsWith("[") && address.endsWith("]")) {
      address = address.substring(1, address.length() - 1);
    }
    checkAddress("--add-host", host, address);
    return address + "\t" + name + "\n";
  }

  private static void check(String option, String text, Pattern pattern, String problem)
      throws NetworkSyntaxException {
    if (!pattern.matcher(text).matches()) {
      throw new NetworkSyntaxException(option, text, problem);
    }
  }

  private static void checkAddress(String option, String argument, String address)
      throws NetworkSyntaxException {
    // With a scope it would name an interface of the host's.
    if (address.indexOf('%') >= 0 || !InetAddresses.isInetAddress(address)) {
      throw new NetworkSyntaxException(
          option, argument, "'" + address + "' is no address, such as 192.0.2.1 or 2001:db8::1");
    }
  }

  public boolean isEmpty() {
    return equals(NONE);
  }

  /** The whole of resolv.conf, empty if the image's is to stay. */
  public String resolverFile() {
    StringBuilder file = new StringBuilder();
    if (!domains.isEmpty()) {
      file.append("search ").append(String.join(" ", domains)).append('\n');
    }
    servers.forEach(server -> file.append("nameserver ").append(server).append('\n'));
    if (!options.isEmpty()) {
      file.append("options ").append(String.join(" ", options)).append('\n');
    }
    return file.toString();
  }
}
