package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;

/** The files of {@code /etc} that say who the container is, as docker and podman write them. */
final class OwnFiles {
  private OwnFiles() {}

  /**
   * hostname(5), and hosts(5) unless that is the host's with its network.
   *
   * @param hostname empty if it is not known
   */
  static ImmutableList<TextFile> of(String hostname, Isolation isolation) {
    ImmutableList.Builder<TextFile> files = ImmutableList.builder();
    if (!hostname.isEmpty()) {
      files.add(new TextFile("/etc/hostname", hostname + "\n"));
    }
    if (isolation.isOwn(Namespace.NETWORK)) {
      files.add(new TextFile("/etc/hosts", hosts(hostname)));
    }
    return files.build();
  }

  private static String hosts(String hostname) {
    String loopback = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";
    return hostname.isEmpty() || hostname.equals("localhost")
        ? loopback
        : loopback + "127.0.0.1\t" + hostname + "\n";
  }
}
