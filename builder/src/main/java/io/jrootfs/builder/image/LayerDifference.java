package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import io.jrootfs.builder.rootfs.AtPath;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.SameContent;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The layer that makes one tree of another (image-spec layer.md, Creating): what is new or changed,
 * with all names of a file that has several, and a whiteout for what is gone.
 *
 * <p>The directories that these are in come along as they are. Engines that keep a layer in a
 * directory of its own would make them up otherwise, and hide with that what the base says of them.
 */
public final class LayerDifference {
  private final Rootfs base;
  private final Rootfs result;
  private final Map<RootfsPath, RootfsEntry> layer = new TreeMap<>();

  /** Names of one file in the base that the layer leaves one file. */
  private final Map<RootfsPath, RootfsPath> keptTogether = new HashMap<>();

  private LayerDifference(Rootfs base, Rootfs result) {
    this.base = base;
    this.result = result;
  }

  /**
   * The entries of the layer.
   *
   * @param date of whiteouts: seconds since the epoch
   * @return empty if the trees are the same
   * @throws IOException if contents have to be compared and cannot be read
   */
  public static Optional<Rootfs> between(Rootfs base, Rootfs result, long date) throws IOException {
    LayerDifference difference = new LayerDifference(base, result);
    difference.addChanged();
    difference.addWhiteouts(date);
    if (difference.layer.isEmpty()) {
      return Optional.empty();
    }
    difference.addDirectories();
    return Optional.of(Rootfs.of(difference.layer.values()));
  }

  private void addChanged() throws IOException {
    SetMultimap<RootfsPath, RootfsEntry> files = LinkedHashMultimap.create();
    for (RootfsEntry entry : result.all()) {
      files.put(firstName(entry), entry);
    }
    for (Collection<RootfsEntry> names : files.asMap().values()) {
      if (!isUnchanged(names)) {
        names.forEach(entry -> layer.put(entry.path(), entry));
      }
    }
  }

  private static RootfsPath firstName(RootfsEntry entry) {
    return entry instanceof RootfsEntry.HardLink link ? link.target() : entry.path();
  }

  /** Whether all these names are names of one and the same file in the base, too. */
  private boolean isUnchanged(Collection<RootfsEntry> names) throws IOException {
    RootfsEntry first = names.iterator().next();
    Optional<RootfsEntry> before = file(base, first.path());
    if (before.isEmpty() || !isSame(before.get(), first)) {
      return false;
    }
    RootfsPath ofBase = firstName(base.get(first.path()).orElseThrow());
    for (RootfsEntry name : names) {
      Optional<RootfsEntry> named = base.get(name.path());
      if (named.isEmpty() || !firstName(named.get()).equals(ofBase)) {
        return false;
      }
    }
    return keptTogether.computeIfAbsent(ofBase, path -> first.path()).equals(first.path());
  }

  private static Optional<RootfsEntry> file(Rootfs tree, RootfsPath path) {
    return tree.get(path)
        .flatMap(entry -> tree.get(firstName(entry)))
        .map(entry -> entry.match(new AtPath(path)));
  }

  private static boolean isSame(RootfsEntry before, RootfsEntry now) throws IOException {
    if (before.equals(now)) {
      return true;
    }
    return before.metadata().equals(now.metadata())
        && (before instanceof RootfsEntry.Directory
            ? now instanceof RootfsEntry.Directory
            : SameContent.of(before, now));
  }

  private void addWhiteouts(long date) {
    for (RootfsPath path : base.entries().keySet()) {
      boolean isGone = result.get(path).isEmpty();
      // What is below something gone, or below what is no directory any more, goes with that.
      if (isGone && result.get(path.parent()).orElse(null) instanceof RootfsEntry.Directory) {
        RootfsPath whiteout = path.parent().child(Whiteout.PREFIX + path.fileName());
        layer.put(
            whiteout,
            new RootfsEntry.RegularFile(
                whiteout,
                Metadata.ofMode(0644).withMtime(date),
                new FileContent.Literal(Bytes.ofUtf8(""))));
      }
    }
  }

  private void addDirectories() {
    for (RootfsPath path : ImmutableList.copyOf(layer.keySet())) {
      for (RootfsPath at = path; !at.isRoot(); at = at.parent()) {
        layer.put(at.parent(), result.get(at.parent()).orElseThrow());
      }
    }
    layer.put(RootfsPath.ROOT, result.get(RootfsPath.ROOT).orElseThrow());
  }
}
