package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Grows a closure. What several programs have in common is kept once, where it came up first. */
final class ClosureBuilder {
  private final Map<SysrootPath, Kind> nodes = new TreeMap<>();
  private final Set<Closure.Edge> edges = new LinkedHashSet<>();
  private final Set<Missing> missing = new LinkedHashSet<>();

  /** A file that is several things keeps the one that says most: a loader is also a library. */
  void node(Resolution file, Kind kind) {
    nodes.merge(
        file.path(),
        kind,
        (known, added) -> known == Kind.SHARED_OBJECT ? added : moreThan(known, added));
  }

  private static Kind moreThan(Kind known, Kind added) {
    return added == Kind.PROGRAM_INTERPRETER ? added : known;
  }

  void edge(Optional<SysrootPath> from, String requested, Resolution to, FoundBy foundBy) {
    edges.add(new Closure.Edge(from, requested, to, foundBy));
  }

  void missing(Missing absent) {
    missing.add(absent);
  }

  Closure build(ImmutableList<Program> programs, Optional<ElfMachine> machine) {
    ImmutableSortedMap.Builder<SysrootPath, Closure.Node> sorted =
        ImmutableSortedMap.naturalOrder();
    nodes.forEach((path, kind) -> sorted.put(path, new Closure.Node(path, kind)));
    return new Closure(
        programs,
        sorted.build(),
        ImmutableList.copyOf(edges),
        ImmutableList.copyOf(missing),
        machine);
  }
}
