package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.console.StandardStreams;

/** The plan compiler: the part of the program {@code jrun} that the launcher starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    StandardStreams streams = new StandardStreams("jrun");
    Console console =
        new Console(streams.out(), streams.err(), ImmutableMap.copyOf(System.getenv()));
    int status =
        streams.finish(
            Jrun.run(ImmutableList.copyOf(arguments), console), ExitCode.NOT_SET_UP.status());
    // Java 21 and later look for a logger to tell of an exit, which takes as long as a command. No
    // thread of ours keeps a JVM alive whose main method has returned.
    if (status != 0) {
      System.exit(status);
    }
  }
}
