package io.jrootfs.runner.erofs;

import io.jrootfs.builder.rootfs.RootfsPath;

/** A tree has something that the format cannot hold, though a directory on disk could. */
public final class IndexException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  IndexException(RootfsPath path, String reason) {
    super(path + ": " + reason);
    this.reason = path + ": " + reason;
  }

  /** At which path, and what. */
  public String reason() {
    return reason;
  }
}
