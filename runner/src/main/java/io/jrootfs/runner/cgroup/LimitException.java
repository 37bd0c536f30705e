package io.jrootfs.runner.cgroup;

import io.jrootfs.builder.text.Printable;

/** A limit that means nothing, or that cannot be enforced here. */
public final class LimitException extends Exception {
  private static final long serialVersionUID = 1;

  private final String option;
  private final String value;
  private final String problem;

  /**
   * A value that means nothing.
   *
   * @param option such as {@code --memory}
   * @param value what the user wrote
   * @param problem what is wrong, and what to try
   */
  LimitException(String option, String value, String problem) {
    this(option + " '" + Printable.of(value) + "': " + problem, option, value, problem);
  }

  private LimitException(String message, String option, String value, String problem) {
    super(message);
    this.option = option;
    this.value = value;
    this.problem = problem;
  }

  /**
   * A limit that the system does not let us set.
   *
   * @param option such as {@code --memory}
   * @param reason why, and what would be needed
   */
  static LimitException notEnforceable(String option, String reason) {
    String problem = "cannot be enforced: " + reason;
    return new LimitException(option + " " + problem, option, "", problem);
  }

  /** The option, such as {@code --memory}. */
  public String option() {
    return option;
  }

  /** What the user wrote; empty if the value is not to blame. */
  public String value() {
    return value;
  }

  /** What is wrong, and what to try. */
  public String problem() {
    return problem;
  }
}
