package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Grows a closure. What several programs have in common is kept once, where it came up first. */
final class ClosureBuilder {
  private final Map<SysrootPath, Kind> nodes = new HashMap<>();
  private final Set<Closure.Edge> edges = new LinkedHashSet<>();
  private final Set<Missing> missing = new LinkedHashSet<>();
  private final Set<Advice> advice = new LinkedHashSet<>();
  private final SymbolAdvice symbols = new SymbolAdvice();

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

  /** A note could not be followed. */
  void advise(Advice one) {
    advice.add(one);
  }

  SymbolAdvice symbols() {
    return symbols;
  }

  private ImmutableList<Advice> advice() {
    Set<String> present = new HashSet<>();
    edges.forEach(edge -> present.add(edge.requested()));
    return ImmutableList.<Advice>builder().addAll(advice).addAll(symbols.advice(present)).build();
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
        machine,
        advice());
  }
}
