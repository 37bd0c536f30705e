package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.ImageConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the process finds in its environment: our defaults, then the image's variables, then the
 * user's; the last one wins. Nothing of the caller's own environment comes along by itself.
 */
final class EnvironmentRules {
  /** What podman and docker set where the image does not. */
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** One that every terminal understands and every image's terminfo has. */
  static final String TERM = "xterm";

  private EnvironmentRules() {}

  /**
   * The variables, {@code NAME=value}, in the order they were first set.
   *
   * @param hostname empty if it is not known
   * @param home used where neither image nor user sets HOME
   * @param caller where {@code -e NAME} copies from
   * @throws SpecException if an entry has no name or holds a NUL
   */
  static ImmutableList<String> env(
      ImageConfig config,
      ProcessOverrides overrides,
      boolean terminal,
      String hostname,
      String home,
      ImmutableMap<String, String> caller)
      throws SpecException {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PATH", DEFAULT_PATH);
    if (terminal) {
      variables.put("TERM", TERM);
    }
    if (!hostname.isEmpty()) {
      variables.put("HOSTNAME", hostname);
    }
    // How programs learn that they are in a container, and whose:
    // https://systemd.io/CONTAINER_INTERFACE
    variables.put("container", "jrun");
    variables.put("HOME", home);
    for (String entry : config.env()) {
      int equals = equalsSign("the image's environment entry", entry);
      variables.put(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
    set(variables, overrides.env(), caller);
    return entries(variables);
  }

  /**
   * What the user wants: {@code NAME=value}, or {@code NAME} to copy the caller's.
   *
   * @throws SpecException if an entry has no name or holds a NUL
   */
  static void set(
      Map<String, String> variables,
      ImmutableList<String> wanted,
      ImmutableMap<String, String> caller)
      throws SpecException {
    for (String entry : wanted) {
      int equals = equalsSign("environment entry", entry);
      if (equals >= 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      } else if (caller.get(entry) != null) {
        variables.put(entry, caller.get(entry));
      }
    }
  }

  static ImmutableList<String> entries(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .collect(ImmutableList.toImmutableList());
  }

  private static int equalsSign(String what, String entry) throws SpecException {
    String subject = what + " '" + CommandRules.printable(entry) + "'";
    SpecException.refuseNul(subject, entry);
    int equals = entry.indexOf('=');
    if (equals == 0 || entry.isEmpty()) {
      throw new SpecException(subject, "has no name; an entry is NAME=value, or NAME alone");
    }
    return equals;
  }
}
