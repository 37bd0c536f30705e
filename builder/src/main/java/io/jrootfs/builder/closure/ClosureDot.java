package io.jrootfs.builder.closure;

import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.closure.Closure.Node;
import io.jrootfs.builder.text.Printable;

/** The closure as a graph for Graphviz: files are nodes, reasons are labelled arrows. */
final class ClosureDot {
  private ClosureDot() {}

  static String render(Closure closure) {
    StringBuilder dot = new StringBuilder("digraph closure {\n  node [shape=box];\n");
    for (Node node : closure.nodes().values()) {
      dot.append("  ")
          .append(quoted(Printable.of(node.path().value())))
          .append(style(node))
          .append(";\n");
    }
    for (Edge edge : closure.reasons()) {
      if (edge.from().isPresent()) {
        arrow(
            dot,
            edge.from().get().value(),
            edge.to().path().value(),
            Printable.of(edge.requested()) + "\n" + Printable.of(edge.foundBy().toString()));
      }
    }
    for (Missing missing : closure.missing()) {
      dot.append("  ")
          .append(quoted(Printable.of(missing.requested())))
          .append(" [color=red, style=dashed];\n");
      arrow(dot, missing.neededBy().value(), missing.requested(), "missing");
    }
    return dot.append("}\n").toString();
  }

  private static void arrow(StringBuilder dot, String from, String to, String label) {
    dot.append("  ")
        .append(quoted(Printable.of(from)))
        .append(" -> ")
        .append(quoted(Printable.of(to)))
        .append(" [label=")
        .append(quoted(label))
        .append("];\n");
  }

  private static String style(Node node) {
    return switch (node.kind()) {
      case DYNAMIC_PROGRAM, STATIC_PROGRAM, SCRIPT -> " [style=bold]";
      case PROGRAM_INTERPRETER -> " [shape=ellipse]";
      case LOADER_CONFIGURATION -> " [shape=note]";
      case SHARED_OBJECT -> "";
    };
  }

  /** Inside quotes only the quote itself and the backslash mean something to Graphviz. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
