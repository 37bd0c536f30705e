package io.jrootfs.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.inspect.GraphLayers.Edge;
import io.jrootfs.builder.inspect.GraphLayers.Route;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class GraphLayersTest {
  private static List<Edge> edges(long seed, int count, int percent) {
    Random random = new Random(seed);
    List<Edge> edges = new ArrayList<>();
    for (int from = 0; from < count; from++) {
      for (int to = 0; to < count; to++) {
        if (from != to && random.nextInt(100) < percent) {
          edges.add(new Edge(from, to));
        }
      }
    }
    return edges;
  }

  /** Warshall's algorithm: nothing of the depth-first searches that it judges. */
  private static List<BitSet> reached(int count, Collection<Edge> edges) {
    List<BitSet> reached = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> reached.add(new BitSet()));
    edges.forEach(edge -> reached.get(edge.from()).set(edge.to()));
    for (int between = 0; between < count; between++) {
      for (BitSet from : reached) {
        if (from.get(between)) {
          from.or(reached.get(between));
        }
      }
    }
    return reached;
  }

  @Property(tries = 300)
  void edgesLeadToTheRightSaveForThoseThatCloseACircle(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @IntRange(max = 30) int percent) {
    List<Edge> edges = edges(seed, count, percent);
    List<Edge> turned = new CircleSearch(count, edges).closing();
    List<BitSet> all = reached(count, edges);
    assertThat(turned).allMatch(edge -> all.get(edge.to()).get(edge.from()));

    GraphLayers layers = GraphLayers.of(count, edges, turned);
    assertThat(layers.routes()).extracting(Route::edge).isEqualTo(edges);
    for (Route route : layers.routes()) {
      Edge edge = route.edge();
      assertThat(route.isTurned()).isEqualTo(turned.contains(edge));
      List<Integer> stops = route.stops();
      assertThat(stops.get(0)).isEqualTo(route.isTurned() ? edge.to() : edge.from());
      assertThat(stops.get(stops.size() - 1)).isEqualTo(route.isTurned() ? edge.from() : edge.to());
      for (int i = 1; i < stops.size(); i++) {
        assertThat(layers.columnOf(stops.get(i))).isEqualTo(layers.columnOf(stops.get(i - 1)) + 1);
      }
    }
    assertThat(layers.columns().stream().flatMap(List::stream).sorted())
        .isEqualTo(IntStream.range(0, layers.size()).boxed().toList());
  }

  @Property(tries = 300)
  void withoutImpliedEdgesTheSameIsReachedAndNotWithOneLess(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @IntRange(max = 60) int percent) {
    List<Edge> edges = new ArrayList<>(edges(seed, count, percent));
    edges.removeAll(new CircleSearch(count, edges).closing());
    Set<Edge> kept = new HashSet<>(edges);
    kept.removeAll(ImpliedEdges.of(count, edges));
    List<BitSet> all = reached(count, edges);
    assertThat(reached(count, kept)).isEqualTo(all);
    for (Edge edge : kept) {
      Set<Edge> fewer = new HashSet<>(kept);
      fewer.remove(edge);
      assertThat(reached(count, fewer)).isNotEqualTo(all);
    }
  }

  @Example
  void neighboursStandBesideEachOther() {
    List<Edge> crossed = List.of(new Edge(0, 5), new Edge(1, 4), new Edge(2, 3));
    GraphLayers layers = GraphLayers.of(6, crossed, List.of());
    List<Integer> left = layers.columns().get(0);
    List<Integer> right = layers.columns().get(1);
    assertThat(left).hasSize(3);
    for (int i = 0; i < left.size(); i++) {
      assertThat(right.get(i)).isEqualTo(5 - left.get(i));
    }
  }

  @Example
  void aVertexStandsAfterTheLongestWayToIt() {
    List<Edge> edges =
        List.of(new Edge(0, 3), new Edge(0, 1), new Edge(1, 2), new Edge(2, 3), new Edge(3, 1));
    List<Edge> turned = new CircleSearch(4, edges).closing();
    GraphLayers layers = GraphLayers.of(4, edges, turned);
    assertThat(IntStream.range(0, 4).map(layers::columnOf)).containsExactly(0, 2, 3, 1);
    assertThat(turned).containsExactly(new Edge(2, 3));
  }
}
