package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.Optional;

/**
 * A signal (signal(7)).
 *
 * @param number 1 to 64, as on every architecture that Java runs on under Linux
 */
public record Signal(int number) {
  public static final Signal TERM = new Signal(15);

  /** asm-generic/signal.h, from 1 on. */
  private static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private static final ImmutableMap<String, Integer> ALIASES =
      ImmutableMap.of("IOT", 6, "CLD", 17, "POLL", 29);

  /** The first that the C libraries leave to programs, and the last there is. */
  private static final int RTMIN = 34;

  private static final int RTMAX = 64;

  /**
   * @throws IllegalArgumentException if there is no such signal
   */
  public Signal {
    if (number < 1 || number > RTMAX) {
      throw new IllegalArgumentException("signal " + number);
    }
  }

  /**
   * Reads a name, with or without {@code SIG} and in any case, or a number: {@code SIGTERM}, {@code
   * term}, {@code 15}, {@code RTMIN+3}. Empty if there is no such signal.
   */
  public static Optional<Signal> parse(String text) {
    if (text.matches("[0-9]{1,3}")) {
      return at(Integer.parseInt(text));
    }
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    if (name.matches("RTMIN(\\+[0-9]{1,2})?")) {
      return at(RTMIN + offset(name)).filter(signal -> signal.number() >= RTMIN);
    }
    if (name.matches("RTMAX(-[0-9]{1,2})?")) {
      return at(RTMAX - offset(name)).filter(signal -> signal.number() >= RTMIN);
    }
    int index = NAMES.indexOf(name);
    return at(index >= 0 ? index + 1 : ALIASES.getOrDefault(name, 0));
  }

  private static int offset(String name) {
    String digits = name.substring("RTM..".length());
    return digits.isEmpty() ? 0 : Integer.parseInt(digits.substring(1));
  }

  private static Optional<Signal> at(int number) {
    return number < 1 || number > RTMAX ? Optional.empty() : Optional.of(new Signal(number));
  }

  /** All names, in lower case and without {@code SIG}, for telling which there are. */
  public static ImmutableList<String> names() {
    return NAMES.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(ImmutableList.toImmutableList());
  }

  /** Its name without {@code SIG}, as kill(1) takes it; the number of one without a name. */
  public String word() {
    if (number <= NAMES.size()) {
      return NAMES.get(number - 1);
    }
    return number < RTMIN ? Integer.toString(number) : "RTMIN+" + (number - RTMIN);
  }

  @Override
  public String toString() {
    return number <= NAMES.size() || number >= RTMIN ? "SIG" + word() : "signal " + number;
  }
}
