package io.jrootfs.builder.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A directed graph in columns, every edge from left to right, as few of them crossing as a simple
 * rule brings about.
 *
 * <p>After Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System
 * Structures" (1981): edges that close a circle are turned round; the column of a vertex is the
 * length of the longest path to it; an edge over several columns has a bend in each; and the
 * vertices of a column are ordered by the mean place (barycentre) of their neighbours, from left to
 * right and back.
 */
final class GraphLayers {
  private static final int SWEEPS = 8;

  private final int count;
  private final List<List<Integer>> after = new ArrayList<>();
  private final List<List<Integer>> before = new ArrayList<>();
  private final List<Integer> column = new ArrayList<>();
  private final List<Integer> place = new ArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private final List<List<Integer>> columns = new ArrayList<>();

  private GraphLayers(int count) {
    this.count = count;
    for (int i = 0; i < count; i++) {
      vertex(0);
    }
  }

  /**
   * An edge.
   *
   * @param from where it begins
   * @param to where it ends
   */
  record Edge(int from, int to) {}

  /**
   * The way of an edge.
   *
   * @param edge which one
   * @param isTurned whether it runs from right to left, as it closes a circle
   * @param stops the vertices it passes, from left to right, its own two included
   */
  record Route(Edge edge, boolean isTurned, List<Integer> stops) {}

  /**
   * Orders a graph.
   *
   * @param count how many vertices; they are the numbers below
   * @param edges what is in it
   * @param turned those of the edges without which there is no circle
   */
  static GraphLayers of(int count, List<Edge> edges, List<Edge> turned) {
    GraphLayers layers = new GraphLayers(count);
    for (Edge edge : edges) {
      boolean isTurned = turned.contains(edge);
      layers.link(isTurned ? edge.to() : edge.from(), isTurned ? edge.from() : edge.to());
    }
    layers.setColumns();
    layers.after.forEach(List::clear);
    layers.before.forEach(List::clear);
    for (Edge edge : edges) {
      layers.route(edge, turned.contains(edge));
    }
    layers.order();
    return layers;
  }

  private int vertex(int itsColumn) {
    after.add(new ArrayList<>());
    before.add(new ArrayList<>());
    column.add(itsColumn);
    place.add(0);
    return column.size() - 1;
  }

  private void link(int left, int right) {
    after.get(left).add(right);
    before.get(right).add(left);
  }

  /** Without circles, every vertex is settled once all before it are. */
  private void setColumns() {
    int[] open = new int[count];
    List<Integer> settled = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      open[i] = before.get(i).size();
      if (open[i] == 0) {
        settled.add(i);
      }
    }
    for (int i = 0; i < settled.size(); i++) {
      int left = settled.get(i);
      for (int right : after.get(left)) {
        column.set(right, Math.max(column.get(right), column.get(left) + 1));
        if (--open[right] == 0) {
          settled.add(right);
        }
      }
    }
  }

  private void route(Edge edge, boolean isTurned) {
    int left = isTurned ? edge.to() : edge.from();
    int right = isTurned ? edge.from() : edge.to();
    List<Integer> stops = new ArrayList<>(List.of(left));
    for (int between = column.get(left) + 1; between < column.get(right); between++) {
      int bend = vertex(between);
      link(stops.get(stops.size() - 1), bend);
      stops.add(bend);
    }
    link(stops.get(stops.size() - 1), right);
    stops.add(right);
    routes.add(new Route(edge, isTurned, stops));
  }

  private void order() {
    for (int vertex = 0; vertex < column.size(); vertex++) {
      while (columns.size() <= column.get(vertex)) {
        columns.add(new ArrayList<>());
      }
      columns.get(column.get(vertex)).add(vertex);
    }
    columns.forEach(this::number);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int i = 1; i < columns.size(); i++) {
        order(columns.get(i), before);
      }
      for (int i = columns.size() - 2; i >= 0; i--) {
        order(columns.get(i), after);
      }
    }
  }

  private void order(List<Integer> vertices, List<List<Integer>> neighbours) {
    double[] means = new double[column.size()];
    for (int vertex : vertices) {
      means[vertex] =
          neighbours.get(vertex).stream().mapToInt(place::get).average().orElse(place.get(vertex));
    }
    vertices.sort(Comparator.comparingDouble(vertex -> means[vertex]));
    number(vertices);
  }

  private void number(List<Integer> vertices) {
    for (int i = 0; i < vertices.size(); i++) {
      place.set(vertices.get(i), i);
    }
  }

  /** From left to right, the vertices of each from top to bottom; bends have higher numbers. */
  List<List<Integer>> columns() {
    return columns;
  }

  boolean isBend(int vertex) {
    return vertex >= count;
  }

  int columnOf(int vertex) {
    return column.get(vertex);
  }

  /** All in the columns before and after that have an edge with the vertex. */
  List<Integer> neighbours(int vertex) {
    List<Integer> both = new ArrayList<>(before.get(vertex));
    both.addAll(after.get(vertex));
    return both;
  }

  /** The vertices and bends there are. */
  int size() {
    return column.size();
  }

  /** In the order of the edges. */
  List<Route> routes() {
    return routes;
  }
}
