package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * The network that containers of the system's root have in common: a bridge with addresses of its
 * own, hidden behind those of the host.
 *
 * @param pool the first two bytes of its IPv4 addresses, such as {@code 10.213}
 * @param six whether there is IPv6, too
 */
public record BridgeNetwork(String pool, boolean six) {
  /** Its link. */
  public static final String LINK = "jrun0";

  /** Pools in order of preference: networks of 65536 addresses (RFC 1918). */
  public static final ImmutableList<String> POOLS =
      ImmutableList.of("10.213", "10.214", "172.29", "172.30", "10.45");

  /** Of those that are numbered; the first one is the bridge's, the last one everybody's. */
  public static final int FIRST_CONTAINER = 2;

  public static final int LAST_CONTAINER = 65_534;

  /** Whether this machine passes packets on. */
  public static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";

  /** Whether it does so with IPv6. */
  public static final String FORWARDING_SIX = "/proc/sys/net/ipv6/conf/all/forwarding";

  private static final String TABLE = "jrun";
  private static final String INSIDE = "eth0";

  /** Numbers of links that the kernel does not choose by itself, for it counts from 1. */
  private static final int INDEX = 0x4a52_0000;

  private static final int INDEX_INSIDE = 100;

  /** A unique local network (RFC 4193), its number drawn by lot. */
  private static final String SIX = "fd6f:9e1c:57a4::";

  private static final int PREFIX = 16;
  private static final int PREFIX_SIX = 64;

  private static final InetAddress LOOPBACK = InetAddresses.forString("127.0.0.0");
  private static final InetAddress LOOPBACK_SIX = InetAddresses.forString("::1");

  /** The address of the host or a container. */
  public Inet4Address address(int number) {
    return (Inet4Address)
        InetAddresses.forString(pool + "." + (number >> 8) + "." + (number & 0xff));
  }

  /** Its address of version 6. */
  public InetAddress addressSix(int number) {
    try {
      byte[] bytes = InetAddresses.forString(SIX).getAddress();
      bytes[14] = (byte) (number >> 8);
      bytes[15] = (byte) number;
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // never for sixteen bytes
    }
  }

  /** The addresses of one of them. */
  public ImmutableList<InetAddress> addresses(int number) {
    return six
        ? ImmutableList.of(address(number), addressSix(number))
        : ImmutableList.of(address(number));
  }

  /** What makes it, as far as it is not there. */
  public ImmutableList<NetlinkRequest> creation() {
    ImmutableList.Builder<NetlinkRequest> requests = ImmutableList.builder();
    requests.add(Links.bridge(LINK, INDEX, "02:6a:72:75:6e:00"));
    requests.add(Links.address(LINK, INDEX, address(1), PREFIX));
    if (six) {
      requests.add(Links.address(LINK, INDEX, addressSix(1), PREFIX_SIX));
    }
    return requests.add(table().creation()).build();
  }

  /** What removes it. */
  public ImmutableList<NetlinkRequest> deletion() {
    return ImmutableList.of(table().deletion(), Links.deletion(LINK));
  }

  private NftTable table() {
    ImmutableList.Builder<ImmutableList<NftTerm>> sources = ImmutableList.builder();
    for (boolean version : six ? new boolean[] {false, true} : new boolean[] {false}) {
      InetAddress all = version ? addressSix(0) : address(0);
      int prefix = version ? PREFIX_SIX : PREFIX;
      NftTerm family = NftTerm.family(version);
      NftTerm from = NftTerm.source(all, prefix);
      sources.add(ImmutableList.of(family, from, NftTerm.out(false, LINK), NftTerm.masquerade()));
      // Else the answers would go straight to a container that has asked the host.
      sources.add(
          ImmutableList.of(
              family,
              from,
              NftTerm.destination(true, all, prefix),
              NftTerm.redirected(),
              NftTerm.masquerade()));
    }
    sources.add(
        ImmutableList.of(
            NftTerm.family(false),
            NftTerm.out(true, LINK),
            NftTerm.source(LOOPBACK, 8),
            NftTerm.masquerade()));
    return new NftTable(
        TABLE,
        ImmutableList.of(
            // The host's loopback is the host's: nobody else sends to it, for ports published there
            // would lead him on, nor from it (CVE-2020-8558).
            new NftTable.Chain(
                "loopback",
                "filter",
                NftTable.Hook.PREROUTING,
                -300,
                ImmutableList.of(
                    ImmutableList.of(
                        NftTerm.family(false),
                        NftTerm.in(false, "lo"),
                        NftTerm.destination(true, LOOPBACK, 8),
                        NftTerm.drop()),
                    ImmutableList.of(
                        NftTerm.family(false),
                        NftTerm.in(false, "lo"),
                        NftTerm.source(LOOPBACK, 8),
                        NftTerm.drop()))),
            // From elsewhere a container is reached through its published ports only.
            new NftTable.Chain(
                "forward",
                "filter",
                NftTable.Hook.FORWARD,
                0,
                ImmutableList.of(
                    ImmutableList.of(NftTerm.out(true, LINK), NftTerm.answers(), NftTerm.accept()),
                    ImmutableList.of(
                        NftTerm.out(true, LINK), NftTerm.redirected(), NftTerm.accept()),
                    ImmutableList.of(
                        NftTerm.in(false, LINK), NftTerm.out(true, LINK), NftTerm.drop()))),
            new NftTable.Chain("sources", "nat", NftTable.Hook.POSTROUTING, 100, sources.build())));
  }

  /** What connects a container's new process. */
  public NetlinkRequest connection(int number) {
    return Links.pair(link(number), INDEX + number, INDEX, LINK, INSIDE, INDEX_INSIDE);
  }

  /**
   * What lets it reach its own published ports where the bridge itself leads packets elsewhere
   * (br_netfilter).
   */
  public NetlinkRequest wayBack(int number) {
    return Links.hairpin(link(number), INDEX + number);
  }

  /** What the container's network asks for itself. */
  public ImmutableList<NetlinkRequest> inside(int number) {
    ImmutableList.Builder<NetlinkRequest> requests = ImmutableList.builder();
    requests.add(Links.up(INSIDE, INDEX_INSIDE));
    requests.add(Links.address(INSIDE, INDEX_INSIDE, address(number), PREFIX));
    if (six) {
      requests.add(Links.address(INSIDE, INDEX_INSIDE, addressSix(number), PREFIX_SIX));
    }
    requests.add(Links.defaultRoute(address(1)));
    if (six) {
      requests.add(Links.defaultRoute(addressSix(1)));
    }
    return requests.build();
  }

  /** What leads a container's ports to it; nothing if it has none. */
  public Optional<NetlinkRequest> publication(int number, ImmutableList<PublishedPort> ports) {
    return ports.isEmpty() ? Optional.empty() : Optional.of(ports(number, ports).replacement());
  }

  /** What removes a container. */
  public ImmutableList<NetlinkRequest> departure(int number) {
    return ImmutableList.of(
        ports(number, ImmutableList.of()).deletion(), Links.deletion(link(number)));
  }

  private static String link(int number) {
    return "jrun-" + number;
  }

  private NftTable ports(int number, ImmutableList<PublishedPort> ports) {
    ImmutableList.Builder<ImmutableList<NftTerm>> rules = ImmutableList.builder();
    for (PublishedPort port : ports) {
      for (InetAddress to : addresses(number)) {
        boolean version = !(to instanceof Inet4Address);
        Optional<InetAddress> host = port.address();
        if (host.isPresent() && (host.get() instanceof Inet4Address) == version) {
          continue;
        }
        ImmutableList.Builder<NftTerm> rule = ImmutableList.builder();
        rule.add(NftTerm.family(version));
        if (host.isPresent() && !host.get().isAnyLocalAddress()) {
          rule.add(NftTerm.destination(true, host.get(), version ? 128 : 32));
        } else {
          rule.add(NftTerm.toThisMachine());
        }
        if (version) {
          // It cannot leave this machine, and what is sent to it would wait for ever.
          rule.add(NftTerm.destination(false, LOOPBACK_SIX, 128));
        }
        rule.add(NftTerm.port(port.tcp(), port.hostPort()));
        rule.add(NftTerm.redirect(to, port.containerPort()));
        rules.add(rule.build());
      }
    }
    return new NftTable(
        TABLE + "-" + number,
        ImmutableList.of(
            new NftTable.Chain("others", "nat", NftTable.Hook.PREROUTING, -100, rules.build()),
            new NftTable.Chain("own", "nat", NftTable.Hook.OUTPUT, -100, rules.build())));
  }
}
