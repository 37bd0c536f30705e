package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.Optional;

/**
 * The one file that an unpacked image gets from us: {@code /etc/hosts} (hosts(5)), if it has none.
 * Images are made without, because docker and podman write it, and without it the loopback
 * interface cannot be found by its name. A directory that is run where it stands is not ours to
 * change and gets none.
 */
final class HostsFile {
  static final String TEXT = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";

  private static final RootfsPath ETC = RootfsPath.of("/etc");
  private static final RootfsPath HOSTS = RootfsPath.of("/etc/hosts");

  private HostsFile() {}

  /** The tree with the file; the same tree if it is there, or /etc is not the image's directory. */
  static Rootfs addTo(Rootfs rootfs) {
    Optional<RootfsEntry> etc = rootfs.get(ETC);
    if (rootfs.get(HOSTS).isPresent()
        || (etc.isPresent() && !(etc.get() instanceof RootfsEntry.Directory))) {
      return rootfs;
    }
    ImmutableList.Builder<RootfsEntry> entries = ImmutableList.builder();
    entries.addAll(rootfs.all());
    if (etc.isEmpty()) {
      entries.add(new RootfsEntry.Directory(ETC, Metadata.ofMode(0755)));
    }
    entries.add(
        new RootfsEntry.RegularFile(
            HOSTS, Metadata.ofMode(0644), new FileContent.Literal(Bytes.ofUtf8(TEXT))));
    return Rootfs.of(entries.build());
  }
}
