package io.jrootfs.builder.debian;

import java.io.IOException;

/** This machine or the network kept the base system from being made. */
public final class BootstrapEnvironmentException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    MISSING_TOOL,
    MISSING_KEYRING,
    /** A locked package is not in the cache, or damaged there. */
    MISSING_PACKAGE,
    /** The archive cannot be reached, or has not what its index promises. */
    ARCHIVE,
    /** No memory can be mounted for the system. */
    MEMORY,
    /** The disk is full, or the file system does not allow what is needed. */
    DISK,
    /** The kernel does not let this user do it. */
    PRIVILEGE,
    /** The tool failed, and only its log says why. */
    TOOL
  }

  private final Kind kind;

  BootstrapEnvironmentException(Kind kind, String sentence) {
    super(sentence);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
