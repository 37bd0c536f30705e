package io.jrootfs.builder.rootfs;

import java.nio.file.Path;

/** A file that the user asked to copy cannot be in an image. */
public final class UncopyableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String reason;

  /**
   * @param file the file to be copied, or where it would be in the image
   * @param reason why not, in words that follow a colon
   */
  public UncopyableFileException(Path file, String reason) {
    super(file + ": " + reason);
    this.file = file.toString();
    this.reason = reason;
  }

  /** The file to be copied. */
  public String file() {
    return file;
  }

  /** Why it cannot be. */
  public String reason() {
    return reason;
  }
}
