package io.jrootfs.builder.closure;

import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;

/**
 * One thing in a root that does not work, or may not.
 *
 * @param severity whether something does not start because of it
 * @param path where
 * @param message what, as a sentence without its full stop
 */
public record Finding(Severity severity, SysrootPath path, String message) {
  /** How bad it is. */
  public enum Severity {
    /** Something does not start. */
    PROBLEM,
    /** Worth knowing; whether it matters depends on how the root is used. */
    REMARK
  }

  /** Something that does not start. */
  public static Finding problem(SysrootPath path, String message) {
    return new Finding(Severity.PROBLEM, path, message);
  }

  static Finding remark(SysrootPath path, String message) {
    return new Finding(Severity.REMARK, path, message);
  }

  public boolean isProblem() {
    return severity == Severity.PROBLEM;
  }

  /** One line. */
  public String sentence() {
    return Printable.of(message);
  }
}
