package io.jrootfs.runner.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Shell commands as text. */
final class Shell {
  private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Shell() {}

  /**
   * A word of a shell command, in quotes if it needs them. Control characters, which could draw
   * anything on a terminal, come as escapes in dollar-single-quotes (POSIX.1-2024, 2.2.4).
   */
  static String quoted(String word) {
    if (NEEDS_NO_QUOTES.matcher(word).matches()) {
      return word;
    }
    if (word.codePoints().noneMatch(Character::isISOControl)) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
    StringBuilder escaped = new StringBuilder("$'");
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\'' || b == '\\') {
        escaped.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7f) {
        escaped.append((char) b);
      } else {
        escaped.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
      }
    }
    return escaped.append("'").toString();
  }

  static String command(String... words) {
    return Arrays.stream(words).map(Shell::quoted).collect(Collectors.joining(" "));
  }

  static String command(List<String> words) {
    return command(words.toArray(String[]::new));
  }
}
