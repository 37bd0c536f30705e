package io.jrootfs.builder;

/** An image is to be run by somebody whom it does not know. */
public final class UnknownUserException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String user;

  /**
   * @param user as in {@link io.jrootfs.builder.image.ImageConfig#user}
   * @param problem what is wrong with it
   */
  UnknownUserException(String user, String problem) {
    super(
        "the image's user '"
            + user
            + "': "
            + problem
            + ", so no container of it would start; a number needs no entry there, and a recipe's"
            + " 'accounts' make one");
    this.user = user;
  }

  /** As it was asked for. */
  public String user() {
    return user;
  }
}
