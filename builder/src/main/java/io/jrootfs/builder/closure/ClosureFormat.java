package io.jrootfs.builder.closure;

/** The text forms of a closure. Each ends with a newline. */
public enum ClosureFormat {
  /** Who needs what, by which rule and through which links; for people. */
  TREE {
    @Override
    public String render(Closure closure) {
      return new ClosureTree(closure).render();
    }
  },
  /** Every path of the closure, links included, sorted, one a line; for other programs. */
  LIST {
    @Override
    public String render(Closure closure) {
      return ClosureList.render(closure);
    }
  },
  /** The whole closure, nothing left out. */
  JSON {
    @Override
    public String render(Closure closure) {
      return ClosureJson.render(closure);
    }
  },
  /** A graph for Graphviz. */
  DOT {
    @Override
    public String render(Closure closure) {
      return ClosureDot.render(closure);
    }
  };

  /** The closure in this form. */
  public abstract String render(Closure closure);
}
