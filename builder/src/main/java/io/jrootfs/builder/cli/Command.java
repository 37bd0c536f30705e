package io.jrootfs.builder.cli;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;

/** One of the things that jbuild can be told to do. */
interface Command {
  /** Adds its options, parameters and what is said of them to a command without any. */
  void declare(Declaration command);

  /**
   * Does it.
   *
   * @param given what its words say
   * @return the exit status
   * @throws picocli.CommandLine.ParameterException if they make no sense
   * @throws Exception for all that {@link Failure} tells apart
   */
  int run(Options given, Console console) throws Exception;
}
