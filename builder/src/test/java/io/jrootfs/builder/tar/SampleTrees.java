package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.ArrayList;
import java.util.List;

/** Trees that hold what image builders tend to lose. */
final class SampleTrees {
  static final long MTIME = 1_000_000_000L;

  /** cap_setuid=ep, version 2: byte 0x80 does not survive being taken for text. */
  static final Bytes CAP_SETUID =
      Bytes.copyOf(
          new byte[] {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  private SampleTrees() {}

  static Metadata mode(int mode) {
    return Metadata.ofMode(mode).withMtime(MTIME);
  }

  static RootfsEntry file(String path, Metadata metadata, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), metadata, new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  static RootfsEntry directory(String path, Metadata metadata) {
    return new RootfsEntry.Directory(RootfsPath.of(path), metadata);
  }

  static RootfsEntry symlink(String path, String target) {
    return new RootfsEntry.Symlink(RootfsPath.of(path), mode(0777), target);
  }

  /** Every kind of entry, and every metadata value that needs care. */
  static Rootfs everyKind() {
    List<RootfsEntry> entries = new ArrayList<>();
    entries.add(directory("/", mode(0755)));
    entries.add(directory("/bin", mode(0755)));
    entries.add(file("/bin/su", mode(04755), "setuid"));
    entries.add(
        file(
            "/bin/ping",
            mode(0755).withXattrs(ImmutableSortedMap.of("security.capability", CAP_SETUID)),
            "capability"));
    entries.add(directory("/tmp", mode(01777)));
    entries.add(directory("/srv", mode(02775).withOwner(3_000_000, 3_000_001)));
    entries.add(file("/srv/owned", mode(0640).withOwner(3_000_000, 65534), "x".repeat(70_000)));
    entries.add(file("/srv/unwritable", mode(0400).withMtime(-1), ""));
    Bytes binary = Bytes.copyOf(new byte[] {0, (byte) 0xff, '\n', '='});
    RootfsEntry first =
        file(
            "/srv/first",
            mode(0644).withXattrs(ImmutableSortedMap.of("user.a", binary, "user.ü", binary)),
            "shared");
    entries.add(first);
    entries.add(
        new RootfsEntry.HardLink(RootfsPath.of("/srv/second"), first.metadata(), first.path()));
    entries.add(symlink("/lib", "usr/lib"));
    entries.add(symlink("/dangling", "../no//where/"));
    entries.add(symlink("/long-link", "t".repeat(300)));
    entries.add(symlink("/ünïcode-link", "zïel"));
    entries.add(directory("/dev", mode(0755)));
    entries.add(device("/dev/null", RootfsEntry.Device.Type.CHARACTER, 1, 3));
    entries.add(device("/dev/loop", RootfsEntry.Device.Type.BLOCK, 7, 300));
    entries.add(new RootfsEntry.Fifo(RootfsPath.of("/dev/initctl"), mode(0600)));
    entries.add(file("/ünïcode \t\n 文件 😀", mode(0644), "name"));
    addLongNames(entries);
    return Rootfs.of(entries);
  }

  private static RootfsEntry device(
      String path, RootfsEntry.Device.Type type, int major, int minor) {
    return new RootfsEntry.Device(RootfsPath.of(path), mode(0666), type, major, minor);
  }

  /** Around what fits a header's name (100) and prefix (155). */
  private static void addLongNames(List<RootfsEntry> entries) {
    String parent = "/" + "d".repeat(99);
    entries.add(directory(parent, mode(0755)));
    entries.add(file(parent + "/" + "f".repeat(100), mode(0644), "fits prefix and name"));
    entries.add(file(parent + "/" + "g".repeat(101), mode(0644), "does not fit"));
    String deep = parent + "/" + "e".repeat(150);
    entries.add(directory(deep, mode(0755)));
    entries.add(file(deep + "/" + "h".repeat(200), mode(0644), "far too long"));
    entries.add(file("/" + "n".repeat(100), mode(0644), "name is full"));
    entries.add(directory("/" + "n".repeat(155), mode(0755)));
    entries.add(file("/" + "n".repeat(155) + "/f", mode(0644), "prefix is full"));
  }
}
