package io.jrootfs.runner;

/** What a container is to see of the host is not there, or not of the right kind. */
public final class HostSourceException extends Exception {
  private static final long serialVersionUID = 1;

  private final String argument;
  private final String problem;

  /**
   * @param option without its dashes, such as {@code volume}
   * @param argument what the user wrote
   * @param problem what is wrong with it, and what to try
   */
  HostSourceException(String option, String argument, String problem) {
    super(option + " '" + argument + "': " + problem);
    this.argument = argument;
    this.problem = problem;
  }

  /** What the user wrote. */
  public String argument() {
    return argument;
  }

  /** What is wrong with it, and what to try. */
  public String problem() {
    return problem;
  }
}
