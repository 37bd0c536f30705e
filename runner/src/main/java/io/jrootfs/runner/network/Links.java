package io.jrootfs.runner.network;

import static io.jrootfs.runner.network.NetlinkWriter.ACK;
import static io.jrootfs.runner.network.NetlinkWriter.CREATE;
import static io.jrootfs.runner.network.NetlinkWriter.EXCL;
import static io.jrootfs.runner.network.NetlinkWriter.REQUEST;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Links, addresses and routes: rtnetlink(7). */
final class Links {
  private static final int NEW_LINK = 16;
  private static final int DELETE_LINK = 17;
  private static final int NEW_ADDRESS = 20;
  private static final int NEW_ROUTE = 24;
  private static final int UP = 1;

  /** linux/if_link.h. */
  private static final int ADDRESS = 1;

  private static final int NAME = 3;
  private static final int MASTER = 10;
  private static final int LINK_INFO = 18;
  private static final int PROCESS = 19;

  private Links() {}

  /** A bridge that is up, unless it is there. */
  static NetlinkRequest bridge(String name, int index, String hardware) {
    NetlinkWriter out = new NetlinkWriter();
    out.message(
        NEW_LINK,
        REQUEST | ACK | CREATE | EXCL,
        link ->
            header(link, index, UP)
                .text(NAME, name)
                .bytes(ADDRESS, hardware(hardware))
                .nested(LINK_INFO, info -> info.text(1, "bridge")));
    return request(
        out,
        NetlinkRequest.EEXIST,
        0,
        "ip link add " + name + " index " + index + " address " + hardware + " type bridge",
        "ip link set " + name + " up");
  }

  /** A pair of links: one on the bridge, the other one in the network of the new process. */
  static NetlinkRequest pair(
      String name, int index, int bridge, String bridgeName, String peer, int peerIndex) {
    NetlinkWriter out = new NetlinkWriter();
    AtomicInteger place = new AtomicInteger();
    out.message(
        NEW_LINK,
        REQUEST | ACK | CREATE | EXCL,
        link ->
            header(link, index, UP)
                .text(NAME, name)
                .u32(MASTER, bridge)
                .nested(
                    LINK_INFO,
                    info ->
                        info.text(1, "veth")
                            .nested(
                                2,
                                data ->
                                    data.nested(
                                        1,
                                        other -> {
                                          header(other, peerIndex, 0).text(NAME, peer);
                                          place.set(other.position() + 4);
                                          other.u32(PROCESS, 0);
                                        }))));
    return request(
        out,
        0,
        place.get(),
        "ip link add "
            + name
            + " index "
            + index
            + " type veth peer name "
            + peer
            + " index "
            + peerIndex
            + " netns $pid",
        "ip link set " + name + " master " + bridgeName + " up");
  }

  /** Lets what comes from a link of a bridge go back to it (AF_BRIDGE, IFLA_BRPORT_MODE). */
  static NetlinkRequest hairpin(String name, int index) {
    NetlinkWriter out = new NetlinkWriter();
    out.message(
        19,
        REQUEST | ACK,
        link ->
            link.u8(7)
                .u8(0)
                .u16(0)
                .u32(index)
                .u32(0)
                .u32(0)
                .nested(12, port -> port.bytes(4, (byte) 1)));
    return request(out, 0, 0, "ip link set " + name + " type bridge_slave hairpin on");
  }

  static NetlinkRequest deletion(String name) {
    NetlinkWriter out = new NetlinkWriter();
    out.message(DELETE_LINK, REQUEST | ACK, link -> header(link, 0, 0).text(NAME, name));
    return request(out, NetlinkRequest.ENODEV, 0, "ip link delete " + name);
  }

  static NetlinkRequest up(String name, int index) {
    NetlinkWriter out = new NetlinkWriter();
    out.message(NEW_LINK, REQUEST | ACK, link -> header(link, index, UP));
    return request(out, 0, 0, "ip link set " + name + " up");
  }

  /** Without the second in which an address of version 6 would be tried first (RFC 4862). */
  static NetlinkRequest address(String name, int index, InetAddress address, int prefix) {
    NetlinkWriter out = new NetlinkWriter();
    boolean six = !(address instanceof Inet4Address);
    byte[] bytes = address.getAddress();
    out.message(
        NEW_ADDRESS,
        REQUEST | ACK | CREATE | EXCL,
        message -> {
          message.u8(family(address)).u8(prefix).u8(six ? 2 : 0).u8(0).u32(index);
          message.bytes(2, bytes).bytes(1, bytes);
          if (!six) {
            byte[] broadcast = bytes.clone();
            for (int bit = prefix; bit < 32; bit++) {
              broadcast[bit / 8] |= (byte) (0x80 >> (bit % 8));
            }
            message.bytes(4, broadcast);
          }
        });
    return request(
        out,
        NetlinkRequest.EEXIST,
        0,
        "ip address add "
            + InetAddresses.toAddrString(address)
            + "/"
            + prefix
            + (six ? " nodad" : " broadcast +")
            + " dev "
            + name);
  }

  static NetlinkRequest defaultRoute(InetAddress gateway) {
    NetlinkWriter out = new NetlinkWriter();
    out.message(
        NEW_ROUTE,
        REQUEST | ACK | CREATE | EXCL,
        // Table main, static, everywhere, unicast.
        message ->
            message
                .u8(family(gateway))
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(254)
                .u8(4)
                .u8(0)
                .u8(1)
                .u32(0)
                .bytes(5, gateway.getAddress()));
    return request(
        out,
        0,
        0,
        "ip "
            + (gateway instanceof Inet4Address ? "" : "-6 ")
            + "route add default via "
            + InetAddresses.toAddrString(gateway)
            + " proto static");
  }

  static int family(InetAddress address) {
    return address instanceof Inet4Address ? 2 : 10;
  }

  /** struct ifinfomsg. */
  private static NetlinkWriter header(NetlinkWriter out, int index, int flags) {
    return out.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(flags);
  }

  private static byte[] hardware(String text) {
    String[] digits = text.split(":", -1);
    byte[] bytes = new byte[digits.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits[i], 16);
    }
    return bytes;
  }

  private static NetlinkRequest request(
      NetlinkWriter out, int passedOver, int place, String... words) {
    return new NetlinkRequest(
        NetlinkRequest.ROUTE, out.written(), passedOver, place, ImmutableList.copyOf(words));
  }
}
