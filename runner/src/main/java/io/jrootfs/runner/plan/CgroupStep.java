package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupWrite;
import io.jrootfs.runner.cgroup.DeviceRule;

/**
 * A step that makes a cgroup of the container or puts its process there. The launcher takes all of
 * them but {@link Enter} before the process exists; a process of its own makes the cgroups, and
 * removes them when the container has ended or the launcher has, even by SIGKILL.
 */
public sealed interface CgroupStep extends LaunchStep {

  /**
   * Makes a cgroup, which must not exist, and those above it that are missing.
   *
   * @param version of its hierarchy, 1 or 2
   * @param mountPoint host path
   * @param path below the mount point
   */
  record Make(int version, String mountPoint, String path) implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.make(this);
    }
  }

  /**
   * Writes a value into a file.
   *
   * @param write the file is the first that exists of its choices
   */
  record Write(CgroupWrite write) implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.write(this);
    }
  }

  /**
   * Loads a BPF program that decides about devices, and attaches it to a cgroup of version 2.
   *
   * @param directory host path
   * @param program instructions
   * @param rules what it allows, for people
   */
  record FilterDevices(
      String directory, ImmutableList<Long> program, ImmutableList<DeviceRule> rules)
      implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.filterDevices(this);
    }
  }

  /**
   * Puts the process into a cgroup before its first instruction in version 2 (clone3(2),
   * CLONE_INTO_CGROUP), by its first one in version 1 or where {@link Enter} stands.
   *
   * @param version of its hierarchy, 1 or 2
   * @param directory host path
   */
  record Join(int version, String directory) implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.join(this);
    }
  }

  /**
   * The process enters the cgroups of version 1 here and not by its first instruction. It need not
   * wait for them until then, as long as none of them holds it to a limit that could bear on what
   * it does before.
   */
  record Enter() implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.enter(this);
    }
  }

  /**
   * Says at the end how many processes the kernel has killed for want of memory, if any.
   *
   * @param directory host path
   * @param file where the kernel counts them, name only
   * @param key of the line
   * @param limitFile name of the file that has the limit then: in bytes, or a word for none
   * @param text what is said; the number follows it
   * @param limitText what is said before the limit, if there is one
   */
  record CountOomKills(
      String directory, String file, String key, String limitFile, String text, String limitText)
      implements CgroupStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.countOomKills(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.cgroup(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R make(Make step);

    R write(Write step);

    R filterDevices(FilterDevices step);

    R join(Join step);

    R enter(Enter step);

    R countOomKills(CountOomKills step);
  }
}
