package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What is to run otherwise than the image says.
 *
 * @param command replaces the image's Cmd; empty: keep it
 * @param entrypoint replaces the image's Entrypoint and drops its Cmd; an empty text: no entrypoint
 * @param env {@code NAME=value}, or {@code NAME} to copy the caller's; the last one wins
 * @param user {@code USER[:GROUP]}, names or numbers
 * @param workingDirectory absolute path inside the container
 * @param terminal when it has a pseudo-terminal
 */
public record ProcessOverrides(
    ImmutableList<String> command,
    Optional<String> entrypoint,
    ImmutableList<String> env,
    Optional<String> user,
    Optional<String> workingDirectory,
    TerminalMode terminal) {

  /** As the image says. */
  public static final ProcessOverrides NONE =
      new ProcessOverrides(
          ImmutableList.of(),
          Optional.empty(),
          ImmutableList.of(),
          Optional.empty(),
          Optional.empty(),
          TerminalMode.AUTOMATIC);
}
