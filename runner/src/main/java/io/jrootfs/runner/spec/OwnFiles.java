package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/** The files of {@code /etc} that say who the container is, as docker and podman write them. */
final class OwnFiles {
  private OwnFiles() {}

  /** hostname(5), and hosts(5) unless that is the host's with its network. */
  static ImmutableList<TextFile> of(String hostname, NetworkMode network) {
    TextFile name = new TextFile("/etc/hostname", hostname + "\n");
    return network.isOwn()
        ? ImmutableList.of(name, new TextFile("/etc/hosts", hosts(hostname)))
        : ImmutableList.of(name);
  }

  private static String hosts(String hostname) {
    String loopback = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";
    return hostname.equals("localhost") ? loopback : loopback + "127.0.0.1\t" + hostname + "\n";
  }
}
