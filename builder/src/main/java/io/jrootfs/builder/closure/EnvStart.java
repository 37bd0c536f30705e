package io.jrootfs.builder.closure;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code env} does with the argument of a {@code #!} line.
 *
 * @param program what it starts, as it stands there
 * @param path PATH as {@code env} leaves it; empty if there is none
 * @param directory where {@code env} changes to before; empty if it stays where it is
 * @param obstacle why it starts nothing, or nothing that can be told from the line, as the end of a
 *     sentence whose subject is the script; {@code program} says nothing then
 */
record EnvStart(
    String program, Optional<String> path, Optional<String> directory, Optional<String> obstacle) {
  /** Around the name of a variable whose value is not known: the kernel ends a line at a NUL. */
  static final char UNKNOWN = '\0';

  private static final Pattern VARIABLE =
      Pattern.compile(UNKNOWN + "([^" + UNKNOWN + "]*)" + UNKNOWN);

  static EnvStart obstacle(String reason) {
    return new EnvStart("", Optional.empty(), Optional.empty(), Optional.of(reason));
  }

  /** Whether {@code text} can be told without the environment. */
  static boolean isKnown(String text) {
    return text.indexOf(UNKNOWN) < 0;
  }

  /** {@code text} as it stands in the script. */
  static String written(String text) {
    return VARIABLE.matcher(text).replaceAll("\\${$1}");
  }
}
