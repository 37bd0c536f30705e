package io.jrootfs.builder.ldso;

/** A program interpreter whose search rules are not known; guessing would give wrong images. */
public final class UnsupportedLoaderException extends LoaderException {
  private static final long serialVersionUID = 1L;

  private final String interpreter;
  private final String reason;

  UnsupportedLoaderException(String interpreter, String reason) {
    super("the dynamic loader " + interpreter + " " + reason);
    this.interpreter = interpreter;
    this.reason = reason;
  }

  /** The loader as the program names it. */
  public String interpreter() {
    return interpreter;
  }

  /** What is unsupported about it, as the end of a sentence. */
  public String reason() {
    return reason;
  }
}
