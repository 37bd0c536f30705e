package io.jrootfs.builder.debian;

/** The base system that was asked for cannot be made, on whatever machine. */
public final class BootstrapException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the request. */
  public enum Kind {
    UNKNOWN_SUITE,
    UNKNOWN_VARIANT,
    UNKNOWN_PACKAGE,
    UNKNOWN_ARCHITECTURE,
    UNKNOWN_COMPONENT,
    /** No key that may sign the archive did. */
    BAD_SIGNATURE,
    /** A package could not be installed or configured. */
    INSTALLATION
  }

  private final Kind kind;

  BootstrapException(Kind kind, String sentence) {
    super(sentence);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
