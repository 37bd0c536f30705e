package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The closure as an indented tree. What a file needs is shown where the file comes up first; later
 * it only says so, which also ends cycles.
 */
final class ClosureTree {
  private static final String INDENT = "  ";

  private final List<Edge> roots = new ArrayList<>();
  private final SetMultimap<SysrootPath, Edge> children = LinkedHashMultimap.create();
  private final SetMultimap<SysrootPath, Missing> missing = LinkedHashMultimap.create();
  private final Set<SysrootPath> shown = new HashSet<>();
  private final StringBuilder tree = new StringBuilder();

  ClosureTree(Closure closure) {
    for (Edge edge : closure.reasons()) {
      if (edge.from().isPresent()) {
        children.put(edge.from().get(), edge);
      } else {
        roots.add(edge);
      }
    }
    closure.missing().forEach(absent -> missing.put(absent.neededBy(), absent));
  }

  /** A line that waits, with its depth in the tree. */
  private record Pending(Edge edge, int depth) {}

  String render() {
    // A stack of our own: a chain of libraries may be longer than the JVM's is deep.
    Deque<Pending> stack = new ArrayDeque<>();
    push(stack, ImmutableList.copyOf(roots), 0);
    while (!stack.isEmpty()) {
      Pending next = stack.pop();
      SysrootPath file = next.edge().to().path();
      boolean leaf = children.get(file).isEmpty() && missing.get(file).isEmpty();
      boolean again = !shown.add(file) && !leaf;
      line(next.edge(), next.depth(), again);
      if (!again) {
        missing.get(file).forEach(absent -> line(absent, next.depth() + 1));
        push(stack, ImmutableList.copyOf(children.get(file)), next.depth() + 1);
      }
    }
    return tree.toString();
  }

  private static void push(Deque<Pending> stack, ImmutableList<Edge> edges, int depth) {
    edges.reverse().forEach(edge -> stack.push(new Pending(edge, depth)));
  }

  private void line(Edge edge, int depth, boolean again) {
    tree.append(INDENT.repeat(depth)).append(EdgeLine.of(edge));
    tree.append(again ? " (shown above)\n" : "\n");
  }

  private void line(Missing absent, int depth) {
    tree.append(INDENT.repeat(depth))
        .append(Printable.of(absent.requested()))
        .append(" => MISSING");
    absent.reason().ifPresent(reason -> tree.append(": ").append(Printable.of(reason)));
    tree.append('\n');
    for (SearchedPlace place : absent.searched()) {
      tree.append(INDENT.repeat(depth + 1))
          .append("searched ")
          .append(Printable.of(place.toString()))
          .append('\n');
    }
  }
}
