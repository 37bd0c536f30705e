package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.util.OptionalInt;

/**
 * Under what conditions a container's processes run: what one that enters it later needs to know,
 * and cannot see on the container's first process, which may have changed meanwhile. In plain
 * numbers and texts, as they were when the container was started.
 *
 * @param terminal whether the first process has a pseudo-terminal
 * @param input whether the first process' input can be written to
 * @param env {@code NAME=value}
 * @param cwd absolute path
 * @param uid in the container's user namespace
 * @param gid likewise
 * @param groups supplementary ones
 * @param umask permission bits that new files do not have
 * @param capabilities of the bounding set, as a mask
 * @param ambient those of users other than root, as a mask
 * @param noNewPrivileges whether set-user-ID and file capabilities are without effect
 * @param limits of resources
 * @param oomScoreAdj added to its badness when memory is short
 * @param seccomp instructions of the filter; empty: there is none
 * @param seccompFlags for seccomp(2)
 * @param cgroups that were made for it
 */
public record Conditions(
    boolean terminal,
    boolean input,
    ImmutableList<String> env,
    String cwd,
    long uid,
    long gid,
    ImmutableList<Long> groups,
    int umask,
    long capabilities,
    long ambient,
    boolean noNewPrivileges,
    ImmutableList<Limit> limits,
    OptionalInt oomScoreAdj,
    ImmutableLongArray seccomp,
    int seccompFlags,
    ImmutableList<Cgroup> cgroups) {

  /**
   * What setrlimit(2) sets.
   *
   * @param resource its word
   * @param raised whether the hard limit was above that of whoever started the container
   */
  public record Limit(String resource, long soft, long hard, boolean raised) {}

  /**
   * A cgroup.
   *
   * @param version of its hierarchy
   * @param directory host path
   */
  public record Cgroup(int version, String directory) {}
}
