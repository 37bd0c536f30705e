package io.jrootfs.builder.recipe;

/** A recipe that cannot be meant; the message says where and shows the line. */
public final class RecipeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;

  /**
   * @param mark what it is about
   * @param problem what is wrong with it, and what to try
   */
  RecipeException(RecipeMark mark, String problem) {
    super(mark + ": " + problem + "\n" + mark.excerpt());
    this.file = mark.file();
    this.line = mark.line();
    this.column = mark.column();
  }

  /** A problem with a file as a whole. */
  public RecipeException(String file, String problem) {
    super(file + ": " + problem);
    this.file = file;
    this.line = 0;
    this.column = 0;
  }

  /** The recipe, or the part of it that it includes. */
  public String file() {
    return file;
  }

  /** From 1; 0 for the whole file. */
  public int line() {
    return line;
  }

  /** From 1; 0 for the whole file. */
  public int column() {
    return column;
  }
}
