package io.jrootfs.builder.inspect;

import io.jrootfs.builder.inspect.GraphLayers.Edge;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The edges of a graph without circles that others imply: there is a longer way between the same
 * two. Without them it is the transitive reduction of Aho, Garey and Ullman (1972), in which
 * everything still leads to where it led.
 */
final class ImpliedEdges {
  private final List<List<Integer>> after = new ArrayList<>();
  private final List<BitSet> reached = new ArrayList<>();
  private final Set<Edge> implied = new HashSet<>();

  private ImpliedEdges() {}

  static Set<Edge> of(int count, List<Edge> edges) {
    ImpliedEdges search = new ImpliedEdges();
    for (int i = 0; i < count; i++) {
      search.after.add(new ArrayList<>());
      search.reached.add(new BitSet());
    }
    edges.forEach(edge -> search.after.get(edge.from()).add(edge.to()));
    for (int i = 0; i < count; i++) {
      search.reach(i);
    }
    return search.implied;
  }

  /** What can be reached from a vertex, itself included; as deep as a drawing has vertices. */
  private BitSet reach(int from) {
    BitSet all = reached.get(from);
    if (all.get(from)) {
      return all;
    }
    all.set(from);
    for (int to : after.get(from)) {
      all.or(reach(to));
    }
    for (int to : after.get(from)) {
      for (int other : after.get(from)) {
        if (other != to && reach(other).get(to)) {
          implied.add(new Edge(from, to));
        }
      }
    }
    return all;
  }
}
