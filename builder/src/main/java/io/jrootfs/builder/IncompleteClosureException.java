package io.jrootfs.builder;

import io.jrootfs.builder.closure.Closure;
import java.util.stream.Collectors;

/** Something the programs need is not there, so the image would not start. */
public final class IncompleteClosureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Closure closure;

  IncompleteClosureException(Closure closure) {
    super(
        closure.missing().stream()
            .map(Closure.Missing::sentence)
            .collect(Collectors.joining("\n")));
    this.closure = closure;
  }

  /** What was found, and in {@link Closure#missing} what was not. */
  public Closure closure() {
    return closure;
  }
}
