package io.jrootfs.builder.registry;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.google.common.primitives.Ints;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The servers that a user wants to reach without a proxy: {@code *} for all, names with what is
 * below them ({@code .name} for that alone), addresses and ranges of addresses ({@code
 * 10.0.0.0/8}), each but a range for one port ({@code name:5000}) if it has one.
 */
record NoProxy(ImmutableList<String> entries) {

  /**
   * @param value of the variable NO_PROXY
   */
  static NoProxy parse(String value) {
    return new NoProxy(
        ImmutableList.copyOf(Splitter.on(CharMatcher.anyOf(", ")).omitEmptyStrings().split(value)));
  }

  boolean includes(String host, int port) {
    return entries.stream().anyMatch(entry -> isMeant(Ascii.toLowerCase(entry), host, port));
  }

  private static boolean isMeant(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return isWithin(entry.substring(0, slash), entry.substring(slash + 1), host);
    }
    HostAndPort meant;
    try {
      meant = HostAndPort.fromString(entry);
    } catch (IllegalArgumentException e) {
      // Somebody else's variable: what is no server there is none of ours.
      return false;
    }
    return (!meant.hasPort() || meant.getPort() == port)
        && isNamed(meant.getHost(), Ascii.toLowerCase(host));
  }

  private static boolean isNamed(String meant, String host) {
    if (InetAddresses.isInetAddress(meant)) {
      return InetAddresses.isInetAddress(host)
          && InetAddresses.forString(meant).equals(InetAddresses.forString(host));
    }
    String below = meant.startsWith("*.") ? meant.substring(1) : meant;
    return below.startsWith(".")
        ? host.endsWith(below)
        : host.equals(below) || host.endsWith("." + below);
  }

  private static boolean isWithin(String network, String length, String host) {
    Optional<Integer> bits = Optional.ofNullable(Ints.tryParse(length));
    if (bits.isEmpty()
        || !InetAddresses.isInetAddress(network)
        || !InetAddresses.isInetAddress(host)) {
      return false;
    }
    InetAddress range = InetAddresses.forString(network);
    byte[] one = range.getAddress();
    byte[] other = InetAddresses.forString(host).getAddress();
    if (one.length != other.length || bits.get() < 0 || bits.get() > one.length * Byte.SIZE) {
      return false;
    }
    for (int bit = 0; bit < bits.get(); bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
