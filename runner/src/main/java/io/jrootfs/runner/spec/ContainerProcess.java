package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import java.util.OptionalInt;

/**
 * What runs (runtime-spec config.md, {@code process}).
 *
 * @param terminal whether it has a pseudo-terminal of the container's own
 * @param user who it is
 * @param args program and arguments, at least one
 * @param env {@code NAME=value}, in order, each name once
 * @param cwd absolute path
 * @param umask permission bits that new files do not have
 * @param init whether an init of jrun's is the first process and this one its child
 * @param capabilities of the bounding set, and root's
 * @param ambientCapabilities a user's other than root; a part of the bounding set
 * @param noNewPrivileges whether set-user-ID and file capabilities are without effect
 * @param rlimits those that are other than the caller's
 * @param raisedLimits which of them have a hard limit above the caller's
 * @param oomScoreAdj added to its badness when memory is short; empty: as the caller's
 */
public record ContainerProcess(
    boolean terminal,
    User user,
    ImmutableList<String> args,
    ImmutableList<String> env,
    String cwd,
    int umask,
    boolean init,
    CapabilitySet capabilities,
    CapabilitySet ambientCapabilities,
    boolean noNewPrivileges,
    ImmutableList<ResourceLimit> rlimits,
    ImmutableSet<Resource> raisedLimits,
    OptionalInt oomScoreAdj) {
  /**
   * @throws IllegalArgumentException if there is nothing to run
   */
  public ContainerProcess {
    if (args.isEmpty()) {
      throw new IllegalArgumentException("a process needs a program");
    }
  }
}
