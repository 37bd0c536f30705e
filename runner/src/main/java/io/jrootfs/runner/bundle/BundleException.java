package io.jrootfs.runner.bundle;

/** An image that was read cannot become a container's root. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1;

  private final String subject;
  private final String problem;

  BundleException(String subject, String problem) {
    super(subject + ": " + problem);
    this.subject = subject;
    this.problem = problem;
  }

  /** The image, or the place in it, that is meant. */
  public String subject() {
    return subject;
  }

  /** What is wrong with it, and what to try. */
  public String problem() {
    return problem;
  }
}
