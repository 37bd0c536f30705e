package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimaps;
import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Why a path is in a closure.
 *
 * @param path as it was asked for
 * @param chains for each requested program that brings it the shortest chain, from the program to
 *     the reason whose name, file or links have the path
 */
public record Reasons(String path, ImmutableList<ImmutableList<Edge>> chains) {
  /**
   * Looks for the reasons.
   *
   * @param path a file's path, the path of a link that leads to one, or a needed name such as
   *     {@code libc.so.6}
   */
  public static Reasons of(Closure closure, String path) {
    ImmutableList.Builder<ImmutableList<Edge>> chains = ImmutableList.builder();
    ImmutableList<Edge> edges = closure.reasons();
    ImmutableListMultimap<Optional<SysrootPath>, Edge> needs = Multimaps.index(edges, Edge::from);
    for (Edge root : edges) {
      if (root.from().isEmpty()) {
        chain(needs, root, path).ifPresent(chains::add);
      }
    }
    return new Reasons(path, chains.build());
  }

  private static Optional<ImmutableList<Edge>> chain(
      ImmutableListMultimap<Optional<SysrootPath>, Edge> needs, Edge root, String path) {
    Map<Edge, Edge> before = new HashMap<>();
    Set<SysrootPath> seen = new HashSet<>();
    Deque<Edge> pending = new ArrayDeque<>();
    pending.add(root);
    while (!pending.isEmpty()) {
      Edge edge = pending.removeFirst();
      if (leadsTo(edge, path)) {
        return Optional.of(upTo(edge, before));
      }
      if (seen.add(edge.to().path())) {
        for (Edge next : needs.get(Optional.of(edge.to().path()))) {
          before.putIfAbsent(next, edge);
          pending.addLast(next);
        }
      }
    }
    return Optional.empty();
  }

  private static ImmutableList<Edge> upTo(Edge last, Map<Edge, Edge> before) {
    Deque<Edge> chain = new ArrayDeque<>();
    Edge at = last;
    while (at != null) {
      chain.addFirst(at);
      at = before.get(at);
    }
    return ImmutableList.copyOf(chain);
  }

  private static boolean leadsTo(Edge edge, String path) {
    // A name that an object in memory answers to is explained by what loaded that object.
    boolean isName =
        edge.requested().equals(path) && !(edge.foundBy().rule() instanceof FoundBy.AlreadyLoaded);
    return isName
        || edge.to().requested().value().equals(path)
        || edge.to().path().value().equals(path)
        || edge.to().hops().stream().anyMatch(hop -> hop.link().value().equals(path));
  }

  /** The chains, each indented step by step. */
  public String render() {
    StringBuilder text = new StringBuilder();
    for (ImmutableList<Edge> chain : chains) {
      String indent = "";
      for (Edge edge : chain) {
        text.append(indent).append(EdgeLine.of(edge)).append('\n');
        indent += "  ";
      }
    }
    return text.toString();
  }
}
