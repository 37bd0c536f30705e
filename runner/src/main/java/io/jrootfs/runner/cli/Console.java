package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.HostReader;
import io.jrootfs.runner.StatePlace;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
   * What the launcher that has started us knows.
   *
   * @throws UsageException if nobody of the kind has
   */
  LauncherFacts launcherFacts() throws UsageException {
    String facts = environment.get(LauncherFacts.VARIABLE);
    if (facts == null) {
      throw new UsageException(
          "this is the part of jrun that plans, and a plan is of no use without the launcher; start"
              + " the program bin/jrun instead");
    }
    return LauncherFacts.parse(facts);
  }

  /** The containers of whoever has called. */
  ContainerStore containers(LauncherFacts facts) throws IOException {
    return new ContainerStore(records(facts));
  }

  /** Where their records are. */
  Path records(LauncherFacts facts) throws IOException {
    return StatePlace.of(environment, HostReader.isCalledByRoot(facts));
  }

  /** Prints one line of talk, as {@link #printable}. */
  void say(String line) {
    err.println(printable(line));
  }

  /**
   * Words of an image or of a user may be in it, and a terminal obeys control characters, so they
   * come as {@code \}{@code x1b}.
   */
  static String printable(String line) {
    int safe = 0;
    while (safe < line.length() && !Character.isISOControl(line.charAt(safe))) {
      safe++;
    }
    if (safe == line.length()) {
      return line; // as nearly all
    }
    StringBuilder shown = new StringBuilder(line.substring(0, safe));
    for (int i = safe; i < line.length(); i++) {
      char c = line.charAt(i);
      if (Character.isISOControl(c)) {
        shown.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }
}
