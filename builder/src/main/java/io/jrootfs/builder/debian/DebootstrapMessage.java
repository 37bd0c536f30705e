package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;

/**
 * One thing that debootstrap says in its machine-readable mode.
 *
 * @param severity what kind of thing
 * @param code its name for it, such as {@code NOGETREL}; of progress {@code DONE TOTAL [STAGE]}
 * @param arguments what the text is about
 * @param format the text, with {@code %s} for each argument; of some progress empty
 */
record DebootstrapMessage(
    Severity severity, String code, ImmutableList<String> arguments, String format) {

  /** The letter that its lines begin with. */
  enum Severity {
    PROGRESS('P'),
    INFORMATION('I'),
    WARNING('W'),
    ERROR('E');

    private final char letter;

    Severity(char letter) {
      this.letter = letter;
    }

    char letter() {
      return letter;
    }
  }

  /** As debootstrap would print it. */
  String text() {
    StringBuilder text = new StringBuilder();
    int next = 0;
    int at = 0;
    for (int hole = format.indexOf("%s"); hole >= 0; hole = format.indexOf("%s", at)) {
      text.append(format, at, hole);
      text.append(next < arguments.size() ? arguments.get(next) : "");
      next++;
      at = hole + 2;
    }
    return text.append(format.substring(at)).toString().strip();
  }

  /** Empty if it has no arguments. */
  String firstArgument() {
    return arguments.isEmpty() ? "" : arguments.get(0);
  }
}
