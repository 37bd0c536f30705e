package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What jrun's Java part sees of the outside; tests hand in their own.
 *
 * @param out results
 * @param err talk: progress, warnings, errors
 * @param environment the environment variables
 */
record Console(PrintWriter out, PrintWriter err, ImmutableMap<String, String> environment) {
  /**
   * Prints one line of talk. Words of an image may be in it, and a terminal obeys control
   * characters, so they come as {@code \}{@code x1b}.
   */
  void say(String line) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    err.println(shown);
  }
}
