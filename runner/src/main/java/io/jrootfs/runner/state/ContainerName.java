package io.jrootfs.runner.state;

/** What a container can be called: as podman and docker have it, and never a path. */
public final class ContainerName {
  private static final int MAX = 200;

  private ContainerName() {}

  /**
   * The name itself.
   *
   * @throws StateException if a container cannot be called so
   */
  public static String check(String name) throws StateException {
    if (!isOne(name)) {
      throw new StateException(
          "container name '" + name + "'",
          "must begin with a letter or a digit and go on with those, '_', '.' and '-', 200 at most");
    }
    return name;
  }

  /** Whether a container can be called so. */
  static boolean isOne(String name) {
    if (name.isEmpty() || name.length() > MAX || !isLetterOrDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetterOrDigit(c) && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
