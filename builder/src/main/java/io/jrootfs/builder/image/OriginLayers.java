package io.jrootfs.builder.image;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tree in several layers, one for each of the origins with the most bytes and one for all the
 * rest, so that an image whose packages have changed a little shares most of its layers with the
 * one before.
 *
 * <p>No two layers describe one file, and all names of a file are in the layer of its first name:
 * nothing in a layer needs, or hides, another. The directories that its files are in come with each
 * layer as they are, for engines that keep layers apart.
 */
public final class OriginLayers {
  /** What a name costs in a tar beside its content (ustar, one header block). */
  private static final long HEADER = 512;

  private final Rootfs rootfs;
  private final Map<RootfsPath, String> origins;
  private final TreeMap<String, Long> sizes = new TreeMap<>();

  private OriginLayers(Rootfs rootfs, Map<RootfsPath, String> origins) {
    this.rootfs = rootfs;
    this.origins = origins;
  }

  /**
   * One of the layers.
   *
   * @param content what is in it, for people
   * @param tree what it describes
   */
  public record Part(String content, Rootfs tree) {}

  /**
   * Splits a tree. Equal arguments give equal layers, and a layer of one origin depends on the
   * files of that origin alone.
   *
   * @param origins of files, by the first of their names; those without are part of the rest
   * @param most how many layers there may be, 1 or more
   * @return lowest first, by name, the rest at the end
   */
  public static ImmutableList<Part> split(
      Rootfs rootfs, Map<RootfsPath, String> origins, int most) {
    if (most < 1) {
      throw new IllegalArgumentException(most + " layers hold nothing");
    }
    return new OriginLayers(rootfs, origins).parts(most);
  }

  private ImmutableList<Part> parts(int most) {
    for (RootfsEntry entry : rootfs.all()) {
      String origin = origin(entry);
      if (!origin.isEmpty()) {
        sizes.merge(origin, HEADER + size(entry), Long::sum);
      }
    }
    ImmutableSet<String> alone =
        sizes.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(most - 1L)
            .map(Map.Entry::getKey)
            .collect(toImmutableSet());
    TreeMap<String, TreeMap<RootfsPath, RootfsEntry>> layers = new TreeMap<>();
    TreeMap<RootfsPath, RootfsEntry> rest = new TreeMap<>();
    for (RootfsEntry entry : rootfs.all()) {
      String origin = origin(entry);
      if (alone.contains(origin)) {
        addWithDirectories(entry, layers.computeIfAbsent(origin, key -> new TreeMap<>()));
      } else {
        rest.put(entry.path(), entry);
      }
    }
    ImmutableList.Builder<Part> parts = ImmutableList.builder();
    layers.forEach((origin, entries) -> parts.add(new Part(origin, Rootfs.of(entries.values()))));
    // On top, because it has all directories: unpacking into one changes its time.
    parts.add(new Part(alone.isEmpty() ? "" : "everything else", Rootfs.of(rest.values())));
    return parts.build();
  }

  /** Empty for what is part of the rest; directories are, wherever else they are needed. */
  private String origin(RootfsEntry entry) {
    if (entry instanceof RootfsEntry.Directory) {
      return "";
    }
    RootfsPath first = entry instanceof RootfsEntry.HardLink link ? link.target() : entry.path();
    return origins.getOrDefault(first, "");
  }

  private static long size(RootfsEntry entry) {
    return entry instanceof RootfsEntry.RegularFile file ? file.content().size() : 0;
  }

  private void addWithDirectories(RootfsEntry entry, Map<RootfsPath, RootfsEntry> layer) {
    layer.put(entry.path(), entry);
    RootfsPath at = entry.path();
    do {
      at = at.parent();
      layer.putIfAbsent(at, rootfs.get(at).orElseThrow());
    } while (!at.isRoot());
  }
}
