package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;

/**
 * The machine's cgroups, as a container that is to be made sees them.
 *
 * @param mounts the hierarchies that we are in
 * @param files what can be seen of them
 * @param name of the container's cgroups, which nobody else uses
 */
public record CgroupHost(CgroupMounts mounts, CgroupFiles files, String name) {
  /** A machine without cgroups. */
  public static final CgroupHost NONE =
      new CgroupHost(new CgroupMounts(ImmutableList.of()), new HostCgroupFiles(), "none");
}
