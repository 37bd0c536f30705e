package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.LinkHop;
import io.jrootfs.builder.text.Printable;

/** One reason as people read it: {@code NAME => FILE [RULE] via LINK -> TARGET}. */
final class EdgeLine {
  private EdgeLine() {}

  static String of(Edge edge) {
    StringBuilder line = new StringBuilder(Printable.of(edge.requested()));
    String found = edge.to().requested().value();
    if (!found.equals(edge.requested())) {
      line.append(" => ").append(Printable.of(found));
    }
    line.append(" [").append(edge.foundBy()).append(']');
    String separator = " via ";
    // Of an object in memory the links were shown where it was loaded.
    boolean wasLoaded = edge.foundBy().rule() instanceof FoundBy.AlreadyLoaded;
    for (LinkHop hop : wasLoaded ? ImmutableList.<LinkHop>of() : edge.to().hops()) {
      line.append(separator)
          .append(Printable.of(hop.link().value()))
          .append(" -> ")
          .append(Printable.of(hop.target()));
      separator = ", ";
    }
    return line.toString();
  }
}
