package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which program {@code env} starts when a {@code #!} line gives it one argument.
 *
 * @see <a href="https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html">GNU
 *     coreutils, env</a>
 */
final class EnvArguments {
  /** {@code -S}, alone or behind options that take no argument. */
  private static final Pattern SPLIT = Pattern.compile("(?s)(?:-[iv0]*S|--split-string=)(.*)");

  private static final ImmutableSet<String> TAKES_NEXT =
      ImmutableSet.of("-u", "-C", "--unset", "--chdir");

  private EnvArguments() {}

  /**
   * Reads the argument as {@code env} would.
   *
   * @return empty if there is no program, or none that can be told from the text
   */
  static Optional<String> program(String argument) {
    Matcher split = SPLIT.matcher(argument);
    Deque<String> words = new ArrayDeque<>();
    if (split.matches()) {
      if (!splitInto(words, split.group(1))) {
        return Optional.empty();
      }
    } else {
      // Without -S the whole argument is one word: "#!/usr/bin/env python3 -u" fails in life too.
      words.add(argument);
    }
    skipOptions(words);
    while (!words.isEmpty() && words.getFirst().contains("=")) {
      words.removeFirst();
    }
    return Optional.ofNullable(words.peekFirst());
  }

  private static void skipOptions(Deque<String> words) {
    while (!words.isEmpty() && words.getFirst().startsWith("-")) {
      String option = words.removeFirst();
      if (option.equals("--")) {
        return;
      }
      if (TAKES_NEXT.contains(option)) {
        words.pollFirst();
      }
    }
  }

  /**
   * Cuts at blanks outside quotes, with backslash escapes.
   *
   * @return false if the text needs the environment ({@code ${NAME}}) or ends inside quotes
   */
  private static boolean splitInto(Deque<String> words, String text) {
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else if (c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (c == '$' && quote != '\'') {
        return false;
      } else if (quote == 0 && (c == ' ' || c == '\t')) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return quote == 0;
  }
}
