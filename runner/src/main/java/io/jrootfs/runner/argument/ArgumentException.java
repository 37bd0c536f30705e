package io.jrootfs.runner.argument;

/** A value that is none of its kind; who reads the option says which option it was. */
public final class ArgumentException extends Exception {
  private static final long serialVersionUID = 1;

  private final String text;
  private final String problem;

  ArgumentException(String text, String problem) {
    super("'" + text + "' " + problem);
    this.text = text;
    this.problem = problem;
  }

  /** What the user wrote. */
  public String text() {
    return text;
  }

  /** What is wrong with it and what would be right, to be said behind the text. */
  public String problem() {
    return problem;
  }
}
