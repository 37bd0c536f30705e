package io.jrootfs.builder.closure;

import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import org.jspecify.annotations.Nullable;

/** A file that was asked for as a program and is none. */
public final class UnusableProgramException extends ClosureException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the file. */
  public enum Fault {
    DIRECTORY,
    /** A device, FIFO or socket. */
    SPECIAL_FILE,
    /** No execute permission at all. */
    NOT_EXECUTABLE,
    /** Neither ELF nor {@code #!}. */
    UNKNOWN_FORMAT,
    /** ELF that breaks the format. */
    MALFORMED_ELF,
    /** ELF that is no program: an object file, a core dump, separate debug information. */
    NOT_LOADABLE,
    /** For another machine than the programs before it. */
    WRONG_MACHINE,
    /** A {@code #!} line the kernel refuses, or too many scripts running each other. */
    BAD_SCRIPT,
    /** A name that no image can hold. */
    NOT_UTF8
  }

  private final SysrootPath path;
  private final Fault fault;
  private final String reason;

  /**
   * A refusal.
   *
   * @param reason the end of a sentence that starts with the path
   */
  UnusableProgramException(
      SysrootPath path, Fault fault, String reason, @Nullable Throwable cause) {
    super("cannot use " + Printable.of(path.value()) + " as a program: it " + reason, cause);
    this.path = path;
    this.fault = fault;
    this.reason = reason;
  }

  /** The file, links resolved. */
  public SysrootPath path() {
    return path;
  }

  public Fault fault() {
    return fault;
  }

  /** The end of a sentence that starts with the file: {@code is a directory}. */
  public String reason() {
    return reason;
  }
}
