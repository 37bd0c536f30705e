package io.jrootfs.builder.inspect;

import io.jrootfs.builder.inspect.GraphLayers.Edge;
import io.jrootfs.builder.inspect.GraphLayers.Route;
import io.jrootfs.builder.inspect.NeedsGraph.File;
import io.jrootfs.builder.text.Printable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What needs what as a drawing: from left to right, each file a link to its row of the table. */
final class GraphSvg {
  private static final int LETTERS = 30;
  private static final double LETTER = 6.8;
  private static final double HEIGHT = 22;
  private static final double GAP = 8;
  private static final double BEND = 6;
  private static final double BETWEEN = 54;
  private static final int SWEEPS = 6;

  private final Html page;
  private final NeedsTitles titles;
  private final List<File> files;
  private final GraphLayers layers;
  private final double[] middle;
  private final double[] left;
  private final double[] width;

  private GraphSvg(Html page, NeedsTitles titles, List<File> files, GraphLayers layers) {
    this.page = page;
    this.titles = titles;
    this.files = files;
    this.layers = layers;
    this.middle = new double[layers.size()];
    this.left = new double[layers.columns().size()];
    this.width = new double[layers.columns().size()];
  }

  /**
   * Draws files with what they need of each other. Nearly all need the C library and its loader, so
   * a line that others imply is left out; what is needed directly is in titles and in the table.
   */
  static void draw(Html page, NeedsTitles titles, List<File> files) {
    List<Edge> edges = edges(files);
    List<Edge> turned = new CircleSearch(files.size(), edges).closing();
    List<Edge> onward = new ArrayList<>(edges);
    onward.removeAll(turned);
    edges.removeAll(ImpliedEdges.of(files.size(), onward));
    GraphSvg svg = new GraphSvg(page, titles, files, GraphLayers.of(files.size(), edges, turned));
    svg.setPlaces();
    svg.draw();
  }

  private static List<Edge> edges(List<File> files) {
    List<Integer> numbers = files.stream().map(File::number).toList();
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      for (int needed : files.get(i).needs()) {
        int to = numbers.indexOf(needed);
        if (to >= 0) {
          edges.add(new Edge(i, to));
        }
      }
    }
    return edges;
  }

  private void setPlaces() {
    double x = 1;
    for (int i = 0; i < left.length; i++) {
      List<Integer> column = layers.columns().get(i);
      left[i] = x;
      width[i] =
          16
              + LETTER
                  * column.stream()
                      .filter(vertex -> !layers.isBend(vertex))
                      .mapToInt(vertex -> label(vertex).codePointCount(0, label(vertex).length()))
                      .max()
                      .orElse(0);
      x += width[i] + BETWEEN;
      stack(column);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      layers.columns().forEach(this::approach);
    }
    double top = Double.MAX_VALUE;
    for (double y : middle) {
      top = Math.min(top, y);
    }
    for (int i = 0; i < middle.length; i++) {
      middle[i] += HEIGHT / 2 + 1 - top;
    }
  }

  private String label(int vertex) {
    return Shortened.of(Printable.of(files.get(vertex).fileName()), LETTERS);
  }

  private double room(int vertex) {
    return layers.isBend(vertex) ? BEND : HEIGHT + GAP;
  }

  private void stack(List<Integer> column) {
    double y = 0;
    for (int vertex : column) {
      middle[vertex] = y + room(vertex) / 2;
      y += room(vertex);
    }
  }

  /** What is moved as one, since it has no room to be moved apart. */
  private record Block(int first, int count, double sum) {
    double mean() {
      return sum / count;
    }

    Block with(Block next) {
      return new Block(first, count + next.count, sum + next.sum);
    }
  }

  /**
   * Moves the vertices of a column to where their neighbours are, in the order they have and with
   * the room they need, so that they are as near to it as can be (least squares: the isotonic
   * regression of pool adjacent violators).
   */
  private void approach(List<Integer> column) {
    double[] above = new double[column.size()];
    ArrayDeque<Block> blocks = new ArrayDeque<>();
    double room = 0;
    for (int i = 0; i < above.length; i++) {
      int vertex = column.get(i);
      above[i] = room + room(vertex) / 2;
      room += room(vertex);
      Block block = new Block(i, 1, wanted(vertex) - above[i]);
      while (!blocks.isEmpty() && blocks.getLast().mean() >= block.mean()) {
        block = blocks.removeLast().with(block);
      }
      blocks.add(block);
    }
    for (Block block : blocks) {
      for (int i = block.first(); i < block.first() + block.count(); i++) {
        middle[column.get(i)] = block.mean() + above[i];
      }
    }
  }

  private double wanted(int vertex) {
    return layers.neighbours(vertex).stream()
        .mapToDouble(neighbour -> middle[neighbour])
        .average()
        .orElse(middle[vertex]);
  }

  private void draw() {
    double bottom = 0;
    for (double y : middle) {
      bottom = Math.max(bottom, y);
    }
    int last = left.length - 1;
    page.raw(
            "<div class=\"wide\"><svg class=\"graph\" role=\"group\" aria-label=\"What needs what\"")
        .raw(" width=\"")
        .number(left[last] + width[last] + 1)
        .raw("\" height=\"")
        .number(bottom + HEIGHT / 2 + 1)
        .raw("\">\n<style>");
    for (int i = 0; i < files.size(); i++) {
      String node = "n" + files.get(i).number();
      page.raw(".graph:has(#" + node + ":hover) .e" + i + ",.graph:has(#" + node)
          .raw(":focus) .e" + i + (i < files.size() - 1 ? ",\n" : ""));
    }
    page.raw("{stroke:var(--accent);stroke-opacity:1;stroke-width:2}</style>\n");
    layers.routes().forEach(this::edge);
    for (int i = 0; i < files.size(); i++) {
      node(i);
    }
    page.raw("</svg></div>\n");
  }

  private void edge(Route route) {
    Edge edge = route.edge();
    page.raw("<path class=\"edge e" + edge.from() + " e" + edge.to())
        .raw(route.isTurned() ? " turned\" d=\"" : "\" d=\"");
    int first = route.stops().get(0);
    double x = left[layers.columnOf(first)] + width[layers.columnOf(first)];
    double y = middle[first];
    page.raw("M").number(x).raw(" ").number(y);
    for (int stop : route.stops().subList(1, route.stops().size())) {
      double toX = left[layers.columnOf(stop)];
      double half = (toX - x) / 2;
      page.raw("C").number(x + half).raw(" ").number(y);
      page.raw(" ").number(toX - half).raw(" ").number(middle[stop]);
      page.raw(" ").number(toX).raw(" ").number(middle[stop]);
      y = middle[stop];
      x = toX;
      if (layers.isBend(stop)) {
        x += width[layers.columnOf(stop)];
        page.raw("H").number(x);
      }
    }
    page.raw("\"/>\n");
  }

  private void node(int vertex) {
    File file = files.get(vertex);
    double x = left[layers.columnOf(vertex)];
    double y = middle[vertex] - HEIGHT / 2;
    page.raw("<a id=\"n" + file.number() + "\" href=\"#f" + file.number() + "\" class=\"node ")
        .raw(file.kind().map(NeedsTitles::styleOf).orElse("missing"))
        .raw("\"><title>");
    titles.write(page, file);
    page.raw("</title><rect rx=\"4\" x=\"")
        .number(x)
        .raw("\" y=\"")
        .number(y)
        .raw("\" width=\"")
        .number(width[layers.columnOf(vertex)])
        .raw("\" height=\"")
        .number(HEIGHT)
        .raw("\"/><text x=\"")
        .number(x + 8)
        .raw("\" y=\"")
        .number(y + 15)
        .raw("\">")
        .text(label(vertex))
        .raw("</text></a>\n");
  }
}
