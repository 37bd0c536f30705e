package io.jrootfs.runner.seccomp;

import java.util.Locale;

/**
 * What happens to a system call, spelled as in profiles.
 *
 * @param kind what
 * @param data the error number of ERRNO, or what a tracer is told with TRACE; 0 with other kinds
 */
public record Action(Kind kind, int data) {
  /** The actions of seccomp(2) that jrun can have executed. */
  public enum Kind {
    KILL_PROCESS(0x8000_0000),
    KILL_THREAD(0x0000_0000),
    TRAP(0x0003_0000),
    ERRNO(0x0005_0000),
    TRACE(0x7ff0_0000),
    LOG(0x7ffc_0000),
    ALLOW(0x7fff_0000);

    private final int returnValue;

    Kind(int returnValue) {
      this.returnValue = returnValue;
    }

    /** Whether the action carries a number. */
    boolean hasData() {
      return this == ERRNO || this == TRACE;
    }

    /** Whether the call is made; a tracer is trusted to decide. */
    boolean isPermissive() {
      return this == ALLOW || this == LOG || this == TRACE;
    }
  }

  public static final Action ALLOW = new Action(Kind.ALLOW, 0);
  static final Action KILL_PROCESS = new Action(Kind.KILL_PROCESS, 0);

  /** The default of runtimes for an ERRNO without a number. */
  static final int EPERM = 1;

  static final int ENOSYS = 38;

  /** The greatest that a system call can return (linux/err.h). */
  static final int MAX_ERRNO = 4095;

  public Action {
    if (data < 0 || data > MAX_ERRNO || (data != 0 && !kind.hasData())) {
      throw new IllegalArgumentException("no such action: " + kind + " " + data);
    }
  }

  /** Fails the call with an error number. */
  public static Action errno(int errno) {
    return new Action(Kind.ERRNO, errno);
  }

  /** What a filter returns for it (linux/seccomp.h). */
  int returnValue() {
    return kind.returnValue | data;
  }

  /** For people. */
  @Override
  public String toString() {
    String word = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return kind.hasData() ? word + " " + data : word;
  }
}
