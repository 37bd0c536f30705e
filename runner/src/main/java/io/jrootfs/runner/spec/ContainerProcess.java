package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.capability.CapabilitySet;

/**
 * What runs (runtime-spec config.md, {@code process}).
 *
 * @param terminal whether it has a pseudo-terminal of the container's own
 * @param user who it is
 * @param args program and arguments, at least one
 * @param env {@code NAME=value}, in order, each name once
 * @param cwd absolute path
 * @param capabilities of the bounding set
 * @param noNewPrivileges whether set-user-ID and file capabilities are without effect
 */
public record ContainerProcess(
    boolean terminal,
    User user,
    ImmutableList<String> args,
    ImmutableList<String> env,
    String cwd,
    CapabilitySet capabilities,
    boolean noNewPrivileges) {
  /**
   * @throws IllegalArgumentException if there is nothing to run
   */
  public ContainerProcess {
    if (args.isEmpty()) {
      throw new IllegalArgumentException("a process needs a program");
    }
  }
}
