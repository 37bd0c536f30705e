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
 * @param groups more groups, names or numbers
 * @param workingDirectory absolute path inside the container
 * @param umask octal
 * @param terminal when it has a pseudo-terminal
 * @param init whether an init of jrun's is the first process and the command its child
 * @param limits what it is held to
 * @param privileges what it may do
 * @param lifetime how long it runs
 */
public record ProcessOverrides(
    ImmutableList<String> command,
    Optional<String> entrypoint,
    ImmutableList<String> env,
    Optional<String> user,
    ImmutableList<String> groups,
    Optional<String> workingDirectory,
    Optional<String> umask,
    TerminalMode terminal,
    boolean init,
    LimitOverrides limits,
    PrivilegeOverrides privileges,
    LifetimeOverrides lifetime) {

  /** As the image says. */
  public static final ProcessOverrides NONE =
      new ProcessOverrides(
          ImmutableList.of(),
          Optional.empty(),
          ImmutableList.of(),
          Optional.empty(),
          ImmutableList.of(),
          Optional.empty(),
          Optional.empty(),
          TerminalMode.AUTOMATIC,
          false,
          LimitOverrides.NONE,
          PrivilegeOverrides.NONE,
          LifetimeOverrides.NONE);

  public ProcessOverrides withCommand(ImmutableList<String> newCommand) {
    return new ProcessOverrides(
        newCommand,
        entrypoint,
        env,
        user,
        groups,
        workingDirectory,
        umask,
        terminal,
        init,
        limits,
        privileges,
        lifetime);
  }

  public ProcessOverrides withEnv(ImmutableList<String> newEnv) {
    return new ProcessOverrides(
        command,
        entrypoint,
        newEnv,
        user,
        groups,
        workingDirectory,
        umask,
        terminal,
        init,
        limits,
        privileges,
        lifetime);
  }
}
