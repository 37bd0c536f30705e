package io.jrootfs.runner.seccomp;

import java.nio.file.Path;

/** A file that was named as a seccomp profile is none that can be used. */
public final class ProfileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String pointer;
  private final String problem;

  /**
   * @param pointer the JSON pointer (RFC 6901) to what is wrong; empty for the file as a whole
   * @param problem what is wrong, and what would be right
   */
  ProfileException(Path file, String pointer, String problem) {
    super(
        "seccomp profile '"
            + file
            + "'"
            + (pointer.isEmpty() ? "" : " at " + pointer)
            + ": "
            + problem);
    this.file = file;
    this.pointer = pointer;
    this.problem = problem;
  }

  public Path file() {
    return file;
  }

  public String pointer() {
    return pointer;
  }

  public String problem() {
    return problem;
  }
}
