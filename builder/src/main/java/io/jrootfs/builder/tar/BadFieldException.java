package io.jrootfs.builder.tar;

/** A value that makes its entry unacceptable; {@link TarReader} adds which entry that is. */
final class BadFieldException extends Exception {
  private static final long serialVersionUID = 1L;

  BadFieldException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
