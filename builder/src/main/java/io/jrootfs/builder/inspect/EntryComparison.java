package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.inspect.Difference.Subject;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.Count;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.KindName;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.SameContent;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Compares two trees entry by entry, reading contents only where sizes agree. */
final class EntryComparison {
  private final Rootfs first;
  private final Rootfs second;
  private final boolean withTimes;
  private final ImmutableList.Builder<Difference> differences = ImmutableList.builder();

  EntryComparison(Rootfs first, Rootfs second, boolean withTimes) {
    this.first = first;
    this.second = second;
    this.withTimes = withTimes;
  }

  /** In path order. */
  ImmutableList<Difference> differences() throws IOException {
    TreeSet<RootfsPath> paths = new TreeSet<>(first.entries().keySet());
    paths.addAll(second.entries().keySet());
    for (RootfsPath path : paths) {
      Optional<RootfsEntry> mine = first.get(path);
      Optional<RootfsEntry> others = second.get(path);
      if (mine.isPresent() && others.isPresent()) {
        compare(mine.get(), others.get());
      } else {
        add(path, "", mine.map(EntryComparison::summary), others.map(EntryComparison::summary));
      }
    }
    return differences.build();
  }

  private void compare(RootfsEntry mine, RootfsEntry others) throws IOException {
    RootfsPath path = mine.path();
    compareText(path, "hard link to", linkedTo(mine), linkedTo(others));
    compareMetadata(path, mine.metadata(), others.metadata());
    RootfsEntry one = resolved(first, mine);
    RootfsEntry other = resolved(second, others);
    if (one instanceof RootfsEntry.RegularFile file
        && other instanceof RootfsEntry.RegularFile otherFile) {
      compareContents(path, file.content(), otherFile.content());
    } else if (one instanceof RootfsEntry.Symlink link
        && other instanceof RootfsEntry.Symlink otherLink) {
      compareText(path, "target", Optional.of(link.target()), Optional.of(otherLink.target()));
    } else if (one instanceof RootfsEntry.Device device
        && other instanceof RootfsEntry.Device otherDevice) {
      compareText(path, "device", Optional.of(number(device)), Optional.of(number(otherDevice)));
    } else {
      compareText(
          path,
          "kind",
          Optional.of(one.match(KindName.INSTANCE)),
          Optional.of(other.match(KindName.INSTANCE)));
    }
  }

  /** That a file has several names is a difference of its own; its content is that of the first. */
  private static Optional<String> linkedTo(RootfsEntry entry) {
    return entry instanceof RootfsEntry.HardLink link
        ? Optional.of(link.target().value())
        : Optional.empty();
  }

  private static RootfsEntry resolved(Rootfs rootfs, RootfsEntry entry) {
    return entry instanceof RootfsEntry.HardLink link
        ? rootfs.get(link.target()).orElseThrow()
        : entry;
  }

  private void compareMetadata(RootfsPath path, Metadata mine, Metadata others) {
    compareText(path, "mode", Optional.of(mode(mine)), Optional.of(mode(others)));
    compareText(path, "owner", Optional.of(owner(mine)), Optional.of(owner(others)));
    if (withTimes) {
      compareText(
          path,
          "time",
          Optional.of(Long.toString(mine.mtime())),
          Optional.of(Long.toString(others.mtime())));
    }
    TreeSet<String> xattrs = new TreeSet<>(mine.xattrs().keySet());
    xattrs.addAll(others.xattrs().keySet());
    for (String xattr : xattrs) {
      compareText(
          path,
          xattr,
          Optional.ofNullable(mine.xattrs().get(xattr)).map(Bytes::toString),
          Optional.ofNullable(others.xattrs().get(xattr)).map(Bytes::toString));
    }
  }

  private void compareContents(RootfsPath path, FileContent mine, FileContent others)
      throws IOException {
    OptionalLong difference = SameContent.firstDifference(mine, others);
    if (difference.isPresent()) {
      add(
          path,
          "content",
          Optional.of(Count.of(mine.size(), "byte")),
          Optional.of(
              Count.of(others.size(), "byte")
                  + ", the first that differs at "
                  + difference.getAsLong()));
    }
  }

  private void compareText(
      RootfsPath path, String aspect, Optional<String> mine, Optional<String> others) {
    if (!mine.equals(others)) {
      add(path, aspect, mine, others);
    }
  }

  private void add(RootfsPath path, String aspect, Optional<String> mine, Optional<String> others) {
    differences.add(new Difference(Subject.ENTRY, path.value(), aspect, mine, others));
  }

  private static String summary(RootfsEntry entry) {
    String size =
        entry instanceof RootfsEntry.RegularFile file
            ? " of " + Count.of(file.content().size(), "byte")
            : "";
    return entry.match(KindName.INSTANCE)
        + size
        + ", mode "
        + mode(entry.metadata())
        + ", owner "
        + owner(entry.metadata());
  }

  private static String mode(Metadata metadata) {
    return String.format(Locale.ROOT, "%04o", metadata.mode());
  }

  private static String owner(Metadata metadata) {
    return metadata.uid() + ":" + metadata.gid();
  }

  private static String number(RootfsEntry.Device device) {
    return (device.type() == RootfsEntry.Device.Type.CHARACTER ? "character " : "block ")
        + device.major()
        + ":"
        + device.minor();
  }
}
