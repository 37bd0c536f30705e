package io.jrootfs.builder.posix;

import java.io.IOException;
import java.nio.file.Path;

/** A system call failed. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final String path;
  private final String errno;

  /**
   * @param call such as {@code lsetxattr}
   * @param path what it was asked to work on
   * @param errno the error's name, such as {@code EPERM} (errno(3))
   * @param description the error in words
   */
  PosixException(String call, Path path, String errno, String description) {
    super(path + ": " + call + " failed: " + description + " (" + errno + ")");
    this.call = call;
    this.path = path.toString();
    this.errno = errno;
  }

  /** The system call, such as {@code lsetxattr}. */
  public String call() {
    return call;
  }

  /** The path the call was asked to work on. */
  public String path() {
    return path;
  }

  /** The error's name, such as {@code EPERM}. */
  public String errno() {
    return errno;
  }
}
