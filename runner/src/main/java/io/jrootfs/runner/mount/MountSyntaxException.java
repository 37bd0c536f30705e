package io.jrootfs.runner.mount;

/** A mount or device the user described in a way we do not understand or do not allow. */
public final class MountSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final String argument;
  private final String problem;

  /**
   * @param kind the option, such as {@code volume} or {@code tmpfs}
   * @param argument what the user wrote
   * @param problem what is wrong with it, and what would be right
   */
  MountSyntaxException(String kind, String argument, String problem) {
    super(kind + " '" + argument + "': " + problem);
    this.argument = argument;
    this.problem = problem;
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
