package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A part of a rule of netfilter, as nft(8) writes it and as the kernel's expressions say it
 * (linux/netfilter/nf_tables.h).
 *
 * @param words as nft has them
 * @param expressions each writes its name and data
 */
record NftTerm(String words, ImmutableList<NetlinkWriter.Content> expressions) {
  /** Registers of sixteen bytes; 0 is that of the verdict. */
  private static final int FIRST = 1;

  private static final int SECOND = 2;
  private static final int LOCAL = 2;
  private static final int DROP = 0;
  private static final int ACCEPT = 1;

  /** Keys of meta. */
  private static final int IN = 6;

  private static final int OUT = 7;
  private static final int FAMILY = 15;
  private static final int PROTOCOL = 16;

  static NftTerm in(boolean equal, String link) {
    return link("iifname ", IN, equal, link);
  }

  static NftTerm out(boolean equal, String link) {
    return link("oifname ", OUT, equal, link);
  }

  private static NftTerm link(String words, int key, boolean equal, String link) {
    byte[] name = Arrays.copyOf(link.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 16);
    return of(words + (equal ? "" : "!= ") + '"' + link + '"', meta(key), compare(equal, name));
  }

  static NftTerm family(boolean six) {
    return of(
        "meta nfproto " + (six ? "ipv6" : "ipv4"),
        meta(FAMILY),
        compare(true, (byte) (six ? 10 : 2)));
  }

  /** The beginning of an address, in whole bytes; behind {@link #family}. */
  static NftTerm source(InetAddress address, int prefix) {
    boolean six = !(address instanceof Inet4Address);
    return address("saddr", address, prefix, true, six ? 8 : 12);
  }

  static NftTerm destination(boolean equal, InetAddress address, int prefix) {
    boolean six = !(address instanceof Inet4Address);
    return address("daddr", address, prefix, equal, six ? 24 : 16);
  }

  private static NftTerm address(
      String field, InetAddress address, int prefix, boolean equal, int offset) {
    byte[] bytes = Arrays.copyOf(address.getAddress(), prefix / 8);
    boolean whole = bytes.length == address.getAddress().length;
    return of(
        (address instanceof Inet4Address ? "ip " : "ip6 ")
            + field
            + (equal ? " " : " != ")
            + InetAddresses.toAddrString(address)
            + (whole ? "" : "/" + prefix),
        payload(1, offset, bytes.length),
        compare(equal, bytes));
  }

  /** Whether it is to an address of this machine. */
  static NftTerm toThisMachine() {
    return of(
        "fib daddr type local",
        expression("fib", out -> out.be32(1, FIRST).be32(2, 3).be32(3, 2)),
        compare(true, NetlinkWriter.hostOrder(LOCAL)));
  }

  static NftTerm port(boolean tcp, int port) {
    return of(
        (tcp ? "tcp" : "udp") + " dport " + port,
        meta(PROTOCOL),
        compare(true, (byte) (tcp ? 6 : 17)),
        payload(2, 2, 2),
        compare(true, (byte) (port >> 8), (byte) port));
  }

  static NftTerm answers() {
    return conntrack("ct state established,related", 0, 2 | 4);
  }

  /** Packets that go elsewhere than they were sent to. */
  static NftTerm redirected() {
    return conntrack("ct status dnat", 2, 0x20);
  }

  private static NftTerm conntrack(String words, int key, int bits) {
    byte[] none = new byte[4];
    return of(
        words,
        expression("ct", out -> out.be32(1, FIRST).be32(2, key)),
        expression(
            "bitwise",
            out ->
                out.be32(1, FIRST)
                    .be32(2, FIRST)
                    .be32(3, none.length)
                    .nested(4, mask -> mask.bytes(1, NetlinkWriter.hostOrder(bits)))
                    .nested(5, xor -> xor.bytes(1, none))),
        compare(false, none));
  }

  static NftTerm drop() {
    return verdict("drop", DROP);
  }

  static NftTerm accept() {
    return verdict("accept", ACCEPT);
  }

  private static NftTerm verdict(String words, int code) {
    return of(
        words,
        expression(
            "immediate",
            out -> out.be32(1, 0).nested(2, data -> data.nested(2, v -> v.be32(1, code)))));
  }

  static NftTerm masquerade() {
    return of("masquerade", expression("masq", out -> {}));
  }

  static NftTerm redirect(InetAddress address, int port) {
    boolean six = !(address instanceof Inet4Address);
    String text = InetAddresses.toAddrString(address);
    return of(
        six ? "dnat ip6 to [" + text + "]:" + port : "dnat ip to " + text + ":" + port,
        immediate(FIRST, address.getAddress()),
        immediate(SECOND, (byte) (port >> 8), (byte) port),
        expression(
            "nat",
            out -> out.be32(1, 1).be32(2, Links.family(address)).be32(3, FIRST).be32(5, SECOND)));
  }

  private static NetlinkWriter.Content meta(int key) {
    return expression("meta", out -> out.be32(2, key).be32(1, FIRST));
  }

  private static NetlinkWriter.Content payload(int base, int offset, int size) {
    return expression(
        "payload", out -> out.be32(1, FIRST).be32(2, base).be32(3, offset).be32(4, size));
  }

  private static NetlinkWriter.Content compare(boolean equal, byte... value) {
    return expression(
        "cmp",
        out -> out.be32(1, FIRST).be32(2, equal ? 0 : 1).nested(3, data -> data.bytes(1, value)));
  }

  private static NetlinkWriter.Content immediate(int register, byte... value) {
    return expression(
        "immediate", out -> out.be32(1, register).nested(2, data -> data.bytes(1, value)));
  }

  private static NetlinkWriter.Content expression(String name, NetlinkWriter.Content data) {
    return out -> out.text(1, name).nested(2, data);
  }

  private static NftTerm of(String words, NetlinkWriter.Content... expressions) {
    return new NftTerm(words, ImmutableList.copyOf(expressions));
  }
}
