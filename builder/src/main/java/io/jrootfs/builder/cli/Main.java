package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.console.StandardStreams;

/** The program {@code jbuild}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    StandardStreams streams = new StandardStreams("jbuild");
    Console console =
        new Console(
            streams.out(),
            streams.err(),
            ImmutableMap.copyOf(System.getenv()),
            streams.errIsTerminal());
    int status =
        streams.finish(
            Jbuild.run(ImmutableList.copyOf(arguments), console), ExitCode.ENVIRONMENT.status());
    if (status == ExitCode.DONE.status()) {
      // Everything is closed or removed by now, so no hook has anything to do; exit would load a
      // logger for being called, from JDK 21 on.
      Runtime.getRuntime().halt(status);
    }
    // Where a signal has begun the end, this waits for it: what failed may have failed for its
    // files being removed.
    System.exit(status);
  }
}
