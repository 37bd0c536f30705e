package io.jrootfs.runner.network;

/** A setting of the network that is none. */
public final class NetworkSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param option such as {@code --dns}
   * @param argument what the user wrote
   * @param problem what is wrong with it, and what would be right
   */
  public NetworkSyntaxException(String option, String argument, String problem) {
    super(option + " '" + argument + "': " + problem);
  }
}
