package io.jrootfs.runner.state;

/** There is no container of a name or id. */
public final class UnknownContainerException extends StateException {
  private static final long serialVersionUID = 1;

  UnknownContainerException(String subject, String reason) {
    super(subject, reason);
  }
}
