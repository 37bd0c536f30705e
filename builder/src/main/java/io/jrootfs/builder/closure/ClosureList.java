package io.jrootfs.builder.closure;

import io.jrootfs.builder.sysroot.LinkHop;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The closure as a sorted list of paths: files, and the links that lead to them. */
final class ClosureList {
  private ClosureList() {}

  static String render(Closure closure) {
    NavigableSet<SysrootPath> paths = new TreeSet<>(closure.nodes().keySet());
    for (Closure.Edge edge : closure.edges()) {
      for (LinkHop hop : edge.to().hops()) {
        paths.add(hop.link());
      }
    }
    StringBuilder list = new StringBuilder();
    for (SysrootPath path : paths) {
      list.append(Printable.of(path.value())).append('\n');
    }
    return list.toString();
  }
}
