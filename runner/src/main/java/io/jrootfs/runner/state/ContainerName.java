package io.jrootfs.runner.state;

import java.util.regex.Pattern;

/** What a container can be called: as podman and docker have it, and never a path. */
public final class ContainerName {
  private static final Pattern SYNTAX = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}");

  private ContainerName() {}

  /**
   * The name itself.
   *
   * @throws StateException if a container cannot be called so
   */
  public static String check(String name) throws StateException {
    if (!SYNTAX.matcher(name).matches()) {
      throw new StateException(
          "container name '" + name + "'",
          "must begin with a letter or a digit and go on with those, '_', '.' and '-', 200 at most");
    }
    return name;
  }
}
