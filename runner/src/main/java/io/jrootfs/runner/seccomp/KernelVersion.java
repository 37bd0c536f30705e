package io.jrootfs.runner.seccomp;

import java.util.Optional;

/** A kernel's version as far as rules depend on it. */
public record KernelVersion(int major, int minor) {
  /**
   * Reads the start of a release such as {@code 6.1.0-18-amd64} or {@code 4.8}.
   *
   * @return nothing if it does not start with two numbers
   */
  public static Optional<KernelVersion> ofRelease(String release) {
    int dot = release.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    int end = dot + 1;
    while (end < release.length() && isDigit(release.charAt(end))) {
      end++;
    }
    String major = release.substring(0, dot);
    String minor = release.substring(dot + 1, end);
    return isNumber(major) && isNumber(minor)
        ? Optional.of(new KernelVersion(Integer.parseInt(major), Integer.parseInt(minor)))
        : Optional.empty();
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > 6) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether this is {@code other} or later. */
  public boolean isAtLeast(KernelVersion other) {
    return major > other.major || (major == other.major && minor >= other.minor);
  }
}
