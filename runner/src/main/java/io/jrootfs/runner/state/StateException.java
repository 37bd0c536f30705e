package io.jrootfs.runner.state;

/** A container that is not there, is there already, or is not in the state that is needed. */
public sealed class StateException extends Exception permits UnknownContainerException {
  private static final long serialVersionUID = 1;

  /**
   * @param subject what is wrong, such as {@code container 'web'}
   * @param problem what is wrong with it, and what to try
   */
  public StateException(String subject, String problem) {
    super(subject + ": " + problem);
  }
}
