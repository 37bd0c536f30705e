package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rootfs values for tests, and their comparison by content. */
public final class Trees {
  /** 2021-01-01; nothing in the trees is later. */
  public static final long EPOCH = 1_609_459_200L;

  private Trees() {}

  public static Metadata mode(int mode) {
    return Metadata.ofMode(mode).withMtime(EPOCH);
  }

  public static RootfsEntry directory(String path) {
    return new RootfsEntry.Directory(RootfsPath.of(path), mode(0755));
  }

  public static RootfsEntry file(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), mode(0644), new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  public static RootfsEntry symlink(String path, String target) {
    return new RootfsEntry.Symlink(RootfsPath.of(path), mode(0777), target);
  }

  public static RootfsEntry hardLink(String path, String target) {
    return new RootfsEntry.HardLink(RootfsPath.of(path), mode(0644), RootfsPath.of(target));
  }

  /** A tree with every kind of entry and more content than fits one block of a compressor. */
  public static Rootfs everything() {
    byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Metadata tool =
        mode(04755).withXattrs(ImmutableMap.of("security.capability", Bytes.copyOf(capability)));
    return Rootfs.of(
        List.of(
            new RootfsEntry.Directory(RootfsPath.ROOT, mode(0755)),
            directory("/bin-data"),
            symlink("/bin", "usr/bin"),
            new RootfsEntry.Device(
                RootfsPath.of("/null"), mode(0666), RootfsEntry.Device.Type.CHARACTER, 1, 3),
            new RootfsEntry.Fifo(RootfsPath.of("/pipe"), mode(0600)),
            new RootfsEntry.Directory(RootfsPath.of("/tmp"), mode(01777)),
            directory("/usr"),
            directory("/usr/bin"),
            new RootfsEntry.RegularFile(
                RootfsPath.of("/usr/bin/tool"),
                tool,
                new FileContent.Literal(Bytes.copyOf(compressible(300_000)))),
            new RootfsEntry.HardLink(
                RootfsPath.of("/usr/bin/tool-again"), tool, RootfsPath.of("/usr/bin/tool")),
            new RootfsEntry.RegularFile(
                RootfsPath.of("/usr/grüße"),
                mode(0640).withOwner(3_000_000, 1000),
                new FileContent.Literal(Bytes.ofUtf8("hello\n")))));
  }

  public static byte[] compressible(int size) {
    byte[] bytes = new byte[size];
    Random random = new Random(size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(5));
    }
    return bytes;
  }

  /** Everything a rootfs says, with the digest of a file in place of where it lies. */
  public static SortedMap<String, String> contents(Rootfs rootfs) {
    SortedMap<String, String> contents = new TreeMap<>();
    for (RootfsEntry entry : rootfs.all()) {
      String said =
          entry instanceof RootfsEntry.RegularFile file
              ? file.metadata() + " " + sha256(file.content())
              : entry.toString();
      contents.put(entry.path().value(), said);
    }
    return contents;
  }

  private static String sha256(FileContent content) {
    try (InputStream in = content.open()) {
      return Hashing.sha256().hashBytes(in.readAllBytes()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
