package io.jrootfs.runner.namespace;

/** A namespace the user described in a way we do not understand or do not allow. */
public final class NamespaceSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final String option;
  private final String argument;
  private final String problem;

  /**
   * @param option such as {@code --pid}
   * @param argument what the user wrote
   * @param problem what is wrong with it, and what would be right
   */
  NamespaceSyntaxException(String option, String argument, String problem) {
    super(option + " '" + argument + "': " + problem);
    this.option = option;
    this.argument = argument;
    this.problem = problem;
  }

  /** The option it was given to. */
  public String option() {
    return option;
  }

  /** What the user wrote. */
  public String argument() {
    return argument;
  }

  /** What is wrong with it, and what would be right. */
  public String problem() {
    return problem;
  }
}
