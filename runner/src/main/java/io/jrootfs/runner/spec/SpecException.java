package io.jrootfs.runner.spec;

/** What was asked of the container, by the user or by the image, cannot be had. */
public final class SpecException extends Exception {
  private static final long serialVersionUID = 1;

  private final String subject;
  private final String problem;

  SpecException(String subject, String problem) {
    super(subject + ": " + problem);
    this.subject = subject;
    this.problem = problem;
  }

  /** What it is about, in words, such as {@code user '1x'}. */
  public String subject() {
    return subject;
  }

  /** What is wrong with it, and what to try. */
  public String problem() {
    return problem;
  }

  /**
   * The kernel's strings end at a NUL: what follows would be lost without a word.
   *
   * @throws SpecException if {@code text} holds one
   */
  static void refuseNul(String subject, String text) throws SpecException {
    if (text.indexOf('\0') >= 0) {
      throw new SpecException(subject, "holds a NUL character");
    }
  }
}
