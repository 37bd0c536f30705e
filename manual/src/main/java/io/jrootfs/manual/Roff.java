package io.jrootfs.manual;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Writes a manual page in the macros of man(7), which mandoc and groff both have; characters as
 * groff_char(7) and mandoc_char(7) spell them.
 */
final class Roff {
  /** Lines of the page's source; mandoc's lint complains above 80. */
  private static final int WIDTH = 76;

  /** As they are on a keyboard: others would be typeset, and could not be pasted. */
  private static final ImmutableMap<Character, String> SPELLED =
      ImmutableMap.<Character, String>builder()
          .put('\\', "\\(rs")
          .put('-', "\\-")
          .put('\'', "\\(aq")
          .put('`', "\\(ga")
          .put('^', "\\(ha")
          .put('~', "\\(ti")
          .put('"', "\\(dq")
          .buildOrThrow();

  private static final CharMatcher ASCII = CharMatcher.inRange(' ', '~');

  private final StringBuilder page = new StringBuilder();

  /** A line of the page's source that is one already. */
  @CanIgnoreReturnValue
  Roff raw(String line) {
    page.append(line).append('\n');
    return this;
  }

  /** A macro with one argument, a heading. */
  @CanIgnoreReturnValue
  Roff heading(String macro, String text) {
    return raw("." + macro + " \"" + escaped(text) + "\"");
  }

  /** Running text. A sentence begins on a new line, so that roff can space it. */
  @CanIgnoreReturnValue
  Roff text(String text) {
    StringBuilder line = new StringBuilder();
    for (String word : Splitter.on(' ').omitEmptyStrings().split(text)) {
      String next = escaped(word);
      if (!line.isEmpty() && line.length() + 1 + next.length() > WIDTH) {
        end(line);
      }
      line.append(line.isEmpty() ? "" : " ").append(next);
      if (word.endsWith(".") || word.endsWith(".)")) {
        end(line);
      }
    }
    end(line);
    return this;
  }

  private void end(StringBuilder line) {
    if (!line.isEmpty()) {
      // A full stop or an apostrophe would begin a request.
      raw(line.charAt(0) == '.' ? "\\&" + line : line.toString());
      line.setLength(0);
    }
  }

  /** A line that stays as it is, between {@code .EX} and {@code .EE}. */
  @CanIgnoreReturnValue
  Roff verbatim(String line) {
    return raw(line.startsWith(".") ? "\\&" + escaped(line) : escaped(line));
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              String spelled = Character.isBmpCodePoint(point) ? SPELLED.get((char) point) : null;
              if (spelled != null) {
                escaped.append(spelled);
              } else if (Character.isBmpCodePoint(point) && ASCII.matches((char) point)) {
                escaped.append((char) point);
              } else {
                escaped.append(String.format("\\[u%04X]", point));
              }
            });
    return escaped.toString();
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
