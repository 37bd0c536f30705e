package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which program {@code env} starts when a {@code #!} line gives it one argument, and how it looks
 * for it.
 *
 * @see <a href="https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html">GNU
 *     coreutils, env</a>
 */
final class EnvArguments {
  /** By its long name the letter of every option; a dot if it has none and changes nothing here. */
  private static final ImmutableMap<String, Character> LONG =
      ImmutableMap.<String, Character>builder()
          .put("argv0", 'a')
          .put("block-signal", '.')
          .put("chdir", 'C')
          .put("debug", 'v')
          .put("default-signal", '.')
          .put("help", 'h')
          .put("ignore-environment", 'i')
          .put("ignore-signal", '.')
          .put("list-signal-handling", '.')
          .put("null", '0')
          .put("split-string", 'S')
          .put("unset", 'u')
          .put("version", 'h')
          .buildOrThrow();

  /** Options whose value is behind them, in the same word or in the next. */
  private static final String TAKE_VALUE = "uCaS";

  private static final String SHORT = "aCi0Suv";

  private final Deque<String> words = new ArrayDeque<>();
  private final Optional<String> outerPath;
  private boolean isEmptied;
  private boolean isPathUnset;
  private Optional<String> directory = Optional.empty();
  private @Nullable String obstacle;

  /** Of a variable to unset that cannot be one; in an empty environment there is none to unset. */
  private @Nullable String refusedName;

  private EnvArguments(Optional<String> outerPath) {
    this.outerPath = outerPath;
  }

  /**
   * Reads the argument as {@code env} would.
   *
   * @param path PATH of the environment that the script is started in; empty if it has none
   */
  static EnvStart read(String argument, Optional<String> path) {
    EnvArguments arguments = new EnvArguments(path);
    // Without -S the whole argument is one word: "#!/usr/bin/env python3 -u" fails in life too.
    arguments.words.add(argument);
    arguments.options();
    return arguments.obstacle == null ? arguments.start() : EnvStart.obstacle(arguments.obstacle);
  }

  private EnvStart start() {
    if ("-".equals(words.peekFirst())) {
      words.removeFirst();
      isEmptied = true;
    }
    if (refusedName != null && !isEmptied) {
      return EnvStart.obstacle(
          "has env unset the variable '" + EnvStart.written(refusedName) + "', which it refuses");
    }
    Optional<String> path = isEmptied || isPathUnset ? Optional.empty() : outerPath;
    while (!words.isEmpty() && words.getFirst().contains("=")) {
      String assignment = words.removeFirst();
      if (assignment.startsWith("PATH=")) {
        path = Optional.of(assignment.substring("PATH=".length()));
      }
    }
    String program = words.peekFirst();
    if (program == null) {
      return EnvStart.obstacle("names no program for env to start");
    }
    return EnvStart.isKnown(program)
        ? new EnvStart(program, path, directory, Optional.empty())
        : EnvStart.obstacle(
            "has env start "
                + EnvStart.written(program)
                + ", and variables are not known before it runs");
  }

  /** Takes the options; stops where {@code env} would end. */
  private void options() {
    while (obstacle == null && !words.isEmpty()) {
      String word = words.getFirst();
      // A mere dash is no option, so getopt(3) ends at it.
      if (!word.startsWith("-") || word.equals("-")) {
        return;
      }
      words.removeFirst();
      if (word.equals("--")) {
        return;
      }
      if (word.startsWith("--")) {
        longOption(word);
      } else {
        shortOptions(word);
      }
    }
  }

  private void longOption(String word) {
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    ImmutableList<Character> letters = letters(name);
    if (letters.size() != 1) {
      refuse(word);
      return;
    }
    char letter = letters.get(0);
    boolean takesValue = TAKE_VALUE.indexOf(letter) >= 0;
    if (takesValue && equals < 0) {
      option(letter, words.pollFirst());
    } else if (!takesValue && equals >= 0 && letter != '.') {
      refuse(word);
    } else {
      option(letter, equals < 0 ? null : word.substring(equals + 1));
    }
  }

  /** Of the options that {@code name} may mean: as getopt_long(3) has it, a beginning is enough. */
  private static ImmutableList<Character> letters(String name) {
    Character whole = LONG.get(name);
    if (whole != null) {
      return ImmutableList.of(whole);
    }
    ImmutableList.Builder<Character> letters = ImmutableList.builder();
    LONG.forEach(
        (known, letter) -> {
          if (known.startsWith(name)) {
            letters.add(letter);
          }
        });
    return letters.build();
  }

  private void shortOptions(String word) {
    for (int i = 1; i < word.length() && obstacle == null; i++) {
      char letter = word.charAt(i);
      if (SHORT.indexOf(letter) < 0) {
        refuse(word);
      } else if (TAKE_VALUE.indexOf(letter) >= 0) {
        option(letter, i + 1 < word.length() ? word.substring(i + 1) : words.pollFirst());
        return;
      } else {
        option(letter, null);
      }
    }
  }

  private void option(char letter, @Nullable String value) {
    switch (letter) {
      case 'i' -> isEmptied = true;
      case 'u' -> unset(value);
      case 'C' -> directory = Optional.ofNullable(value);
      case 'S' -> split(value);
      case '0' -> obstacle = "gives env the option --null, with which it starts no program";
      case 'h' -> obstacle = "has env tell about itself, with which it starts no program";
      default -> {}
    }
  }

  private void unset(@Nullable String name) {
    if (name != null && (name.isEmpty() || name.contains("="))) {
      refusedName = name;
    }
    isPathUnset |= "PATH".equals(name);
  }

  private void refuse(String word) {
    obstacle = "gives env an option that it does not have: " + EnvStart.written(word);
  }

  /** Puts the words of a text in front of those that follow. */
  private void split(@Nullable String text) {
    if (text == null) {
      return;
    }
    Optional<ImmutableList<String>> parts = EnvSplit.words(text, outerPath);
    if (parts.isEmpty()) {
      obstacle = "gives env -S words that it refuses: " + text.strip();
      return;
    }
    for (String part : parts.get().reverse()) {
      words.addFirst(part);
    }
  }
}
