package io.jrootfs.runner.cli;

/** What jrun's exit status tells its caller, besides the container's own. */
enum ExitCode {
  DONE(0, "the container's command ended well"),
  NOT_SET_UP(125, "jrun could not set the container up"),
  /** Given by the launcher. */
  NOT_EXECUTABLE(126, "the command was found and cannot be executed"),
  /** Given by the launcher. */
  NOT_FOUND(127, "the command was not found"),
  /** EX_SOFTWARE of sysexits.h. */
  BUG(70, "a defect of jrun");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  int status() {
    return status;
  }

  String meaning() {
    return meaning;
  }
}
