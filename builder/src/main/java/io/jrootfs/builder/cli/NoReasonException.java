package io.jrootfs.builder.cli;

/** Nothing that was looked at needs the path. */
final class NoReasonException extends Exception {
  private static final long serialVersionUID = 1L;

  NoReasonException(String message) {
    super(message);
  }
}
