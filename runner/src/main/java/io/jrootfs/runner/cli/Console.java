package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.HostReader;
import io.jrootfs.runner.StatePlace;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

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

  /** Prints one line of talk, in which words of an image or of a user may be. */
  void say(String line) {
    err.println(Printable.of(line));
  }
}
