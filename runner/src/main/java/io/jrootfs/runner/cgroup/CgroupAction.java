package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;

/** One thing to do to the cgroup file systems before the container's process exists. */
public sealed interface CgroupAction permits CgroupWrite, CgroupAction.Make, CgroupAction.Filter {
  /**
   * Makes a cgroup, and those above it that are missing. It must not exist; a process and the
   * limits of somebody else could be in it.
   *
   * @param version of its hierarchy
   * @param mountPoint of its hierarchy
   * @param path in its hierarchy
   */
  record Make(int version, String mountPoint, String path) implements CgroupAction {
    /** Its host path. */
    public String directory() {
      return mountPoint + path;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.make(this);
    }
  }

  /**
   * Attaches a program that decides about devices.
   *
   * @param directory host path of a cgroup of version 2
   * @param program instructions of BPF
   * @param rules what the program does, for people
   */
  record Filter(String directory, ImmutableList<Long> program, ImmutableList<DeviceRule> rules)
      implements CgroupAction {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.filter(this);
    }
  }

  /** Every consumer handles every action. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of action.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R make(Make action);

    R write(CgroupWrite action);

    R filter(Filter action);
  }
}
