package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.WithMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes from a fresh base system what belongs to the machine it was made on, to the day, or to the
 * making itself; two builds from one state of the archive are then equal. The rules are those that
 * Debian's own images have come to need (debuerreotype).
 */
final class BaseCleaning {
  static final long SECONDS_OF_A_DAY = 24L * 60 * 60;

  /** What is below them is gone, they themselves stay. */
  private static final ImmutableSet<String> EMPTIED =
      ImmutableSet.of(
          "/dev",
          "/proc",
          "/run",
          "/sys",
          "/tmp",
          "/var/cache/apt",
          "/var/cache/man",
          "/var/lib/apt/lists",
          "/var/tmp");

  /** Part of what is emptied, but packages count on them. */
  private static final ImmutableSet<String> KEPT =
      ImmutableSet.of(
          "/run/lock",
          "/var/cache/apt/archives",
          "/var/cache/apt/archives/partial",
          "/var/lib/apt/lists/partial");

  /** Logs of the making, caches with times in them, names and ids of the machine, old copies. */
  private static final Pattern REMOVED =
      Pattern.compile(
          "/debootstrap(/.*)?"
              + "|/etc/(hostname|resolv\\.conf)"
              + "|/etc/dpkg/dpkg\\.cfg\\.d/jbuild-unsafe-io"
              // What apt was told here: to take old indexes, or unsigned ones.
              + "|/etc/apt/apt\\.conf\\.d/99mmdebstrap"
              + "|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-"
              + "|/var/cache/debconf/[^/]*-old"
              + "|/var/cache/ldconfig/aux-cache"
              + "|/var/lib/dbus/machine-id"
              + "|/var/lib/dpkg/[^/]*-old"
              + "|/var/lib/systemd/(catalog/database|random-seed)"
              + "|/var/log/(alternatives|bootstrap|dpkg|fontconfig)\\.log"
              + "|/var/log/apt/[^/]*");

  /** Empty, and not absent, says that the first start shall make one (machine-id(5)). */
  private static final String MACHINE_ID = "/etc/machine-id";

  /** What an index once said, for dselect alone; where packages come from must not show in it. */
  private static final String AVAILABLE = "/var/lib/dpkg/available";

  private static final String SHADOW = "/etc/shadow";

  private final long sourceDate;

  private BaseCleaning(long sourceDate) {
    this.sourceDate = sourceDate;
  }

  /**
   * The tree without all that.
   *
   * @param sourceDate no date in or of a file is later: seconds since the epoch
   * @throws IOException if a file cannot be read that has to be changed
   */
  static Rootfs clean(Rootfs made, long sourceDate) throws IOException {
    BaseCleaning cleaning = new BaseCleaning(sourceDate);
    ImmutableList.Builder<RootfsEntry> entries = ImmutableList.builder();
    for (RootfsEntry entry : made.without(path -> !isKept(path.value())).all()) {
      entries.add(cleaning.cleaned(entry));
    }
    return Rootfs.of(entries.build());
  }

  private static boolean isKept(String path) {
    if (REMOVED.matcher(path).matches()) {
      return false;
    }
    return KEPT.contains(path) || EMPTIED.stream().noneMatch(top -> path.startsWith(top + "/"));
  }

  private RootfsEntry cleaned(RootfsEntry entry) throws IOException {
    Metadata metadata = entry.metadata();
    if (entry.path().isRoot()) {
      // The tool's temporary directory.
      metadata = Metadata.ofMode(0755).withMtime(sourceDate);
    }
    metadata = metadata.withMtime(Math.min(metadata.mtime(), sourceDate));
    if (entry instanceof RootfsEntry.RegularFile file) {
      return new RootfsEntry.RegularFile(file.path(), metadata, content(file));
    }
    return entry.match(new WithMetadata(metadata));
  }

  private FileContent content(RootfsEntry.RegularFile file) throws IOException {
    return switch (file.path().value()) {
      case MACHINE_ID, AVAILABLE -> new FileContent.Literal(Bytes.ofUtf8(""));
      case SHADOW -> new FileContent.Literal(Bytes.ofUtf8(shadow(text(file.content()))));
      default -> file.content();
    };
  }

  private static String text(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The third field is the day of the last change, of which day 0 means "change it now". */
  private String shadow(String text) {
    long last = Math.max(1, sourceDate / SECONDS_OF_A_DAY);
    List<String> lines = new ArrayList<>();
    for (String line : Splitter.on('\n').split(text)) {
      List<String> fields = new ArrayList<>(Splitter.on(':').splitToList(line));
      if (fields.size() > 2) {
        Long day = Longs.tryParse(fields.get(2));
        if (day != null && (day > last || day == 0)) {
          fields.set(2, Long.toString(last));
        }
      }
      lines.add(Joiner.on(':').join(fields));
    }
    return Joiner.on('\n').join(lines);
  }
}
