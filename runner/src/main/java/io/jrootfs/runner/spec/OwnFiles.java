package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.network.NameSettings;

/** The files of {@code /etc} that say who the container is, as docker and podman write them. */
final class OwnFiles {
  private OwnFiles() {}

  /**
   * hostname(5), resolv.conf(5) where the user has settings for it, and hosts(5) unless that comes
   * with the network of the host or of another container.
   *
   * @param hostname empty if it is not known
   * @throws SpecException if there are settings for files that are the host's
   */
  static ImmutableList<TextFile> of(String hostname, Isolation isolation, NameSettings names)
      throws SpecException {
    if (!names.isEmpty() && !isolation.isOwn(Namespace.NETWORK)) {
      throw new SpecException(
          "options --dns, --dns-search, --dns-option and --add-host",
          "are for a network of the container's own; with another's come its files, so leave them or"
              + " --network out");
    }
    ImmutableList.Builder<TextFile> files = ImmutableList.builder();
    if (!hostname.isEmpty()) {
      files.add(new TextFile("/etc/hostname", hostname + "\n"));
    }
    if (isolation.isOwn(Namespace.NETWORK)) {
      files.add(new TextFile("/etc/hosts", hosts(hostname) + String.join("", names.hosts())));
    }
    if (!names.resolverFile().isEmpty()) {
      files.add(new TextFile("/etc/resolv.conf", names.resolverFile()));
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
