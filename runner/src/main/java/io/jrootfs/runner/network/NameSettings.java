package io.jrootfs.runner.network;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.util.List;
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
    if (!DOMAIN.matcher(name).matches()) {
      throw new NetworkSyntaxException(
          "--add-host", host, "'" + name + "' is no name of a host, such as db");
    }
    String address = host.substring(colon + 1);
    if (address.startsWith("[") && address.endsWith("]")) {
      address = address.substring(1, address.length() - 1);
    }
    if (!address.equals(NetworkChoice.HOST_GATEWAY)) {
      checkAddress("--add-host", host, address);
    }
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

  /**
   * These with the name servers of a resolv.conf, and its domains if there are none here. Servers
   * on the host's loopback are left out: from elsewhere they cannot be reached.
   */
  public NameSettings withServersOf(String file) {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    ImmutableList<String> search = domains;
    for (String line : Splitter.on('\n').split(file)) {
      List<String> words =
          Splitter.on(CharMatcher.whitespace()).omitEmptyStrings().splitToList(line);
      if (words.size() < 2) {
        continue;
      }
      if (words.get(0).equals("nameserver")
          && InetAddresses.isInetAddress(words.get(1))
          && !InetAddresses.forString(words.get(1)).isLoopbackAddress()) {
        found.add(words.get(1));
      }
      if (words.get(0).equals("search") && domains.isEmpty()) {
        search = ImmutableList.copyOf(words.subList(1, words.size()));
      }
    }
    return new NameSettings(found.build(), search, options, hosts);
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
