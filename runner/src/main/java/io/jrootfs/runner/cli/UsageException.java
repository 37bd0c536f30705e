package io.jrootfs.runner.cli;

/** The command line does not say what to do. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
