package io.jrootfs.builder.cli;

/** What jbuild's exit status tells its caller. */
enum ExitCode {
  DONE(0, "done"),
  REQUEST(
      1,
      "the request cannot be fulfilled: a missing program or library, a bad file; diff: images differ"),
  USAGE(2, "wrong use: an unknown option, a missing or malformed value"),
  ENVIRONMENT(3, "the environment failed: input and output, a registry, a missing tool"),
  /** EX_SOFTWARE of sysexits.h. */
  BUG(70, "a defect of jbuild");

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
