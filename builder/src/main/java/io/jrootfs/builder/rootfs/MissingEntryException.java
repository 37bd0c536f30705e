package io.jrootfs.builder.rootfs;

/** Something is to be changed that is not in the rootfs. */
public final class MissingEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * @param amendment what was to be changed
   */
  MissingEntryException(Amendment amendment) {
    super(
        amendment.path()
            + ": "
            + amendment.source()
            + " is to change it, but it is not in the image; add it, or say what 'type' it is");
    this.path = amendment.path().value();
  }

  /** In the rootfs. */
  public String path() {
    return path;
  }
}
