package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A whole tree, as it is to be written to a layer or unpacked to disk.
 *
 * <p>Always a possible file system: the root is a directory, every entry's parent is one too (never
 * a link to one), and a hard link's target comes before it and is no directory or hard link.
 * Whoever creates the entries in order, in an empty place, therefore follows no link.
 *
 * @param entries sorted by path, the root first
 */
public record Rootfs(ImmutableSortedMap<RootfsPath, RootfsEntry> entries) {
  /**
   * @throws IllegalArgumentException if the entries cannot stand in one file system
   */
  public Rootfs {
    if (!(entries.get(RootfsPath.ROOT) instanceof RootfsEntry.Directory)) {
      throw new IllegalArgumentException("the root of a rootfs must be a directory");
    }
    for (Map.Entry<RootfsPath, RootfsEntry> named : entries.entrySet()) {
      RootfsPath path = named.getKey();
      RootfsEntry entry = named.getValue();
      if (!entry.path().equals(path)) {
        throw new IllegalArgumentException(entry.path() + " is filed under " + path);
      }
      if (!(entries.get(path.parent()) instanceof RootfsEntry.Directory)) {
        throw new IllegalArgumentException(path + ": its parent is not a directory");
      }
      if (entry instanceof RootfsEntry.HardLink link) {
        checkTarget(link, entries.get(link.target()));
      }
    }
  }

  private static void checkTarget(RootfsEntry.HardLink link, @Nullable RootfsEntry target) {
    if (target == null
        || target instanceof RootfsEntry.Directory
        || target instanceof RootfsEntry.HardLink
        || link.target().compareTo(link.path()) >= 0) {
      throw new IllegalArgumentException(
          link.path() + ": hard link to " + link.target() + ", which cannot be linked to");
    }
  }

  public static Rootfs of(Iterable<? extends RootfsEntry> entries) {
    ImmutableSortedMap.Builder<RootfsPath, RootfsEntry> map = ImmutableSortedMap.naturalOrder();
    for (RootfsEntry entry : entries) {
      map.put(entry.path(), entry);
    }
    return new Rootfs(map.buildOrThrow());
  }

  public Optional<RootfsEntry> get(RootfsPath path) {
    return Optional.ofNullable(entries.get(path));
  }

  /** All entries in path order, parents before children. */
  public ImmutableCollection<RootfsEntry> all() {
    return entries.values();
  }

  /** The entries that another tree has too, the same in every respect; in path order. */
  public ImmutableList<RootfsEntry> sharedWith(Rootfs other) {
    return all().stream()
        .filter(entry -> other.get(entry.path()).equals(Optional.of(entry)))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The tree without some of its paths and what is below them. A file with several names is there
   * as long as one of them is.
   */
  public Rootfs without(Predicate<RootfsPath> removed) {
    Map<RootfsPath, RootfsEntry> kept = new HashMap<>();
    Map<RootfsPath, RootfsPath> newFirstNames = new HashMap<>();
    for (RootfsEntry entry : all()) {
      RootfsPath path = entry.path();
      if (path.isRoot() || (kept.containsKey(path.parent()) && !removed.test(path))) {
        kept.put(path, relinked(entry, kept, newFirstNames));
      }
    }
    return of(kept.values());
  }

  /** A link whose file lost its first name becomes the file, or a link to the one that did. */
  private RootfsEntry relinked(
      RootfsEntry entry,
      Map<RootfsPath, RootfsEntry> kept,
      Map<RootfsPath, RootfsPath> newFirstNames) {
    if (!(entry instanceof RootfsEntry.HardLink link) || kept.containsKey(link.target())) {
      return entry;
    }
    RootfsPath first = newFirstNames.putIfAbsent(link.target(), link.path());
    if (first != null) {
      return new RootfsEntry.HardLink(link.path(), link.metadata(), first);
    }
    return get(link.target()).orElseThrow().match(new AtPath(link.path()));
  }
}
