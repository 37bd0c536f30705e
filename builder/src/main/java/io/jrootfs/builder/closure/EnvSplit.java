package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The words that {@code env -S} makes of a text (GNU coreutils, env, "-S/--split-string syntax").
 */
final class EnvSplit {
  /** What stands for itself behind a backslash. */
  private static final String ESCAPED = "\"#$'\\";

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final String BLANK = " \t\n\u000b\f\r";

  private final ImmutableList.Builder<String> words = ImmutableList.builder();
  private final StringBuilder word = new StringBuilder();
  private final String text;
  private final Optional<String> path;
  private boolean inWord;
  private char quote;

  /** Of the next character; behind the text when nothing more counts. */
  private int at;

  private EnvSplit(String text, Optional<String> path) {
    this.text = text;
    this.path = path;
  }

  /**
   * The words; nothing if {@code env} would refuse the text.
   *
   * @param path what {@code ${PATH}} is; other variables are marked as {@link EnvStart} says
   */
  static Optional<ImmutableList<String>> words(String text, Optional<String> path) {
    EnvSplit split = new EnvSplit(text, path);
    while (split.at < text.length()) {
      if (!split.take(text.charAt(split.at++))) {
        return Optional.empty();
      }
    }
    split.endWord();
    return split.quote == 0 ? Optional.of(split.words.build()) : Optional.empty();
  }

  /** Takes a character and what belongs to it; false if that cannot be. */
  private boolean take(char c) {
    if (c == '\\') {
      return escape();
    }
    if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
      quote = quote == 0 ? c : 0;
      inWord = true;
    } else if (quote == 0 && BLANK.indexOf(c) >= 0) {
      endWord();
    } else if (quote == 0 && c == '#' && !inWord) {
      at = text.length();
    } else if (c == '$' && quote != '\'') {
      return variable();
    } else {
      add(c);
    }
    return true;
  }

  /** Behind a dollar sign: braces with a name, and nothing else. */
  private boolean variable() {
    int end = text.indexOf('}', at);
    if (end < 0 || text.charAt(at) != '{') {
      return false;
    }
    String name = text.substring(at + 1, end);
    if (!NAME.matcher(name).matches()) {
      return false;
    }
    at = end + 1;
    if (!name.equals("PATH")) {
      word.append(EnvStart.UNKNOWN).append(name).append(EnvStart.UNKNOWN);
      inWord = true;
    } else if (path.isPresent()) {
      word.append(path.get());
      inWord = true;
    }
    return true;
  }

  private boolean escape() {
    if (at == text.length()) {
      return false;
    }
    char c = text.charAt(at++);
    if (quote == '\'' && c != '\\' && c != '\'') {
      add('\\');
      add(c);
    } else if (ESCAPED.indexOf(c) >= 0) {
      add(c);
    } else if (c == '_') {
      if (quote == '"') {
        add(' ');
      } else {
        endWord();
      }
    } else if (c == 'c' && quote == 0) {
      at = text.length();
    } else {
      int control = "fnrtv".indexOf(c);
      if (control < 0) {
        return false;
      }
      add("\f\n\r\t\u000b".charAt(control));
    }
    return true;
  }

  private void add(char c) {
    word.append(c);
    inWord = true;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }
}
