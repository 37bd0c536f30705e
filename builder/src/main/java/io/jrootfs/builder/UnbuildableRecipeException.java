package io.jrootfs.builder;

/** A recipe that is right, but cannot be built here. */
public final class UnbuildableRecipeException extends Exception {
  private static final long serialVersionUID = 1L;

  UnbuildableRecipeException(String message) {
    super(message);
  }
}
