package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@link ImageNeeds} as files with numbers. What is needed and not there is a file without a kind,
 * after all others.
 */
final class NeedsGraph {
  private final List<File> files = new ArrayList<>();
  private final Map<SysrootPath, File> byPath = new HashMap<>();

  private NeedsGraph() {}

  /**
   * One file.
   *
   * @param number its place among all files
   * @param name its path; of one that is not there, what it is needed as
   * @param kind what it is; empty if it is not there
   * @param needs numbers of what it needs itself
   * @param neededBy numbers of what needs it itself
   */
  record File(
      int number,
      String name,
      Optional<Kind> kind,
      SortedSet<Integer> needs,
      SortedSet<Integer> neededBy) {
    String fileName() {
      return name.substring(name.lastIndexOf('/') + 1);
    }
  }

  static NeedsGraph of(ImageNeeds needs) {
    NeedsGraph graph = new NeedsGraph();
    TreeMap<SysrootPath, Kind> kinds = new TreeMap<>();
    for (Closure closure : List.of(needs.alone(), needs.programs())) {
      closure.nodes().values().forEach(node -> kinds.put(node.path(), node.kind()));
    }
    markLibraries(needs, kinds);
    kinds.forEach(graph::add);
    for (Closure closure : List.of(needs.programs(), needs.alone())) {
      closure
          .edges()
          .forEach(edge -> edge.from().ifPresent(from -> graph.need(from, edge.to().path())));
    }
    graph.addMissing(needs.programs().missing());
    return graph;
  }

  /** Some libraries can be started too, as glibc's libc.so.6 can; what is loaded is a library. */
  private static void markLibraries(ImageNeeds needs, Map<SysrootPath, Kind> kinds) {
    for (Closure closure : List.of(needs.programs(), needs.alone())) {
      for (Closure.Edge edge : closure.edges()) {
        boolean isLoaded = edge.from().isPresent() && kinds.get(edge.from().get()) != Kind.SCRIPT;
        if (isLoaded) {
          kinds.replace(edge.to().path(), Kind.DYNAMIC_PROGRAM, Kind.SHARED_OBJECT);
        }
      }
    }
  }

  /** What tells a loader where to search is read, not loaded. */
  private void add(SysrootPath path, Kind kind) {
    if (kind != Kind.LOADER_CONFIGURATION) {
      byPath.put(path, add(path.value(), Optional.of(kind)));
    }
  }

  private File add(String name, Optional<Kind> kind) {
    File file = new File(files.size(), name, kind, new TreeSet<>(), new TreeSet<>());
    files.add(file);
    return file;
  }

  private void need(SysrootPath from, SysrootPath to) {
    File needing = byPath.get(from);
    File needed = byPath.get(to);
    if (needing != null && needed != null && needing.number() != needed.number()) {
      need(needing, needed);
    }
  }

  private static void need(File needing, File needed) {
    needing.needs().add(needed.number());
    needed.neededBy().add(needing.number());
  }

  private void addMissing(Collection<Closure.Missing> missing) {
    Map<String, File> absent = new HashMap<>();
    for (Closure.Missing one : missing) {
      File needing = byPath.get(one.neededBy());
      if (needing != null) {
        need(needing, absent.computeIfAbsent(one.requested(), name -> add(name, Optional.empty())));
      }
    }
  }

  /** In the order of their numbers, which is that of their paths. */
  List<File> files() {
    return files;
  }

  File file(int number) {
    return files.get(number);
  }

  Optional<File> file(SysrootPath path) {
    return Optional.ofNullable(byPath.get(path));
  }

  /** What a file of the tree is to those that need it; empty if it is not among them. */
  Optional<Kind> kind(RootfsPath path) {
    return file(SysrootPath.of(path.value())).flatMap(File::kind);
  }

  /**
   * What the first of these need, nearest first: themselves, what they need, what that needs.
   *
   * @param most how many at most
   */
  ImmutableList<File> nearest(List<File> first, int most) {
    TreeSet<Integer> seen = new TreeSet<>();
    ArrayDeque<File> next = new ArrayDeque<>();
    ImmutableList.Builder<File> nearest = ImmutableList.builder();
    for (File file : first) {
      if (seen.add(file.number())) {
        next.add(file);
      }
    }
    for (int count = 0; count < most && !next.isEmpty(); count++) {
      File file = next.remove();
      nearest.add(file);
      for (int needed : file.needs()) {
        if (seen.add(needed)) {
          next.add(files.get(needed));
        }
      }
    }
    return nearest.build();
  }
}
