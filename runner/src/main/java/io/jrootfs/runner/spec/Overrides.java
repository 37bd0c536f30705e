package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.Mount;
import java.util.Optional;

/**
 * What the user wants otherwise than the image says.
 *
 * @param command replaces the image's Cmd; empty: keep it
 * @param entrypoint replaces the image's Entrypoint and drops its Cmd; an empty text: no entrypoint
 * @param env {@code NAME=value}, or {@code NAME} to copy the caller's; the last one wins
 * @param user {@code USER[:GROUP]}, names or numbers
 * @param workingDirectory absolute path inside the container
 * @param hostname the container's
 * @param terminal when it has a pseudo-terminal
 * @param network which network it sees
 * @param mounts added to the default ones
 * @param readOnlyRoot whether its root cannot be written
 */
public record Overrides(
    ImmutableList<String> command,
    Optional<String> entrypoint,
    ImmutableList<String> env,
    Optional<String> user,
    Optional<String> workingDirectory,
    Optional<String> hostname,
    TerminalMode terminal,
    NetworkMode network,
    ImmutableList<Mount> mounts,
    boolean readOnlyRoot) {

  /** Run the image as it is. */
  public static final Overrides NONE =
      new Overrides(
          ImmutableList.of(),
          Optional.empty(),
          ImmutableList.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          TerminalMode.AUTOMATIC,
          NetworkMode.PRIVATE,
          ImmutableList.of(),
          false);

  public Overrides withMounts(ImmutableList<Mount> newMounts) {
    return new Overrides(
        command,
        entrypoint,
        env,
        user,
        workingDirectory,
        hostname,
        terminal,
        network,
        newMounts,
        readOnlyRoot);
  }
}
