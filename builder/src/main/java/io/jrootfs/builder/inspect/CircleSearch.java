package io.jrootfs.builder.inspect;

import io.jrootfs.builder.inspect.GraphLayers.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The edges without which a graph has no circle: those that lead back on a depth-first search. */
final class CircleSearch {
  private final List<List<Edge>> from = new ArrayList<>();
  private final boolean[] isRoot;
  private final boolean[] isSeen;
  private final boolean[] isOpen;
  private final List<Edge> closing = new ArrayList<>();

  /** Searches a graph whose vertices are the numbers below {@code count}. */
  CircleSearch(int count, List<Edge> edges) {
    isRoot = new boolean[count];
    isSeen = new boolean[count];
    isOpen = new boolean[count];
    for (int i = 0; i < count; i++) {
      from.add(new ArrayList<>());
      isRoot[i] = true;
    }
    for (Edge edge : edges) {
      from.get(edge.from()).add(edge);
      isRoot[edge.to()] = false;
    }
  }

  /** What nothing leads to comes first, so that what is turned lies as deep as it can. */
  List<Edge> closing() {
    for (int i = 0; i < isRoot.length; i++) {
      if (isRoot[i]) {
        search(i);
      }
    }
    for (int i = 0; i < isRoot.length; i++) {
      search(i);
    }
    return closing;
  }

  private record Visit(int vertex, Iterator<Edge> edges) {}

  private void search(int start) {
    ArrayDeque<Visit> visits = new ArrayDeque<>();
    open(start, visits);
    while (!visits.isEmpty()) {
      Visit visit = visits.element();
      if (!visit.edges().hasNext()) {
        isOpen[visit.vertex()] = false;
        visits.remove();
        continue;
      }
      Edge edge = visit.edges().next();
      if (isOpen[edge.to()]) {
        closing.add(edge);
      } else {
        open(edge.to(), visits);
      }
    }
  }

  private void open(int vertex, ArrayDeque<Visit> visits) {
    if (!isSeen[vertex]) {
      isSeen[vertex] = true;
      isOpen[vertex] = true;
      visits.push(new Visit(vertex, from.get(vertex).iterator()));
    }
  }
}
