package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * The cgroups of one container: everything to be done before its process exists.
 *
 * @param actions in order; each {@link CgroupAction.Make} is a cgroup that the process is in when
 *     its program begins
 * @param oomKills where the kernel counts what it killed for want of memory, if memory is limited
 * @param limitTheStart whether the process has to be in them from its first instruction on, for a
 *     limit could bear on what it does before its program begins
 */
public record ContainerCgroups(
    ImmutableList<CgroupAction> actions, Optional<OomKills> oomKills, boolean limitTheStart) {
  /** The container stays in our own cgroups. */
  public static final ContainerCgroups NONE =
      new ContainerCgroups(ImmutableList.of(), Optional.empty(), false);

  /** Host paths of the cgroups that are made. */
  public ImmutableList<String> directories() {
    return actions.stream()
        .filter(CgroupAction.Make.class::isInstance)
        .map(action -> ((CgroupAction.Make) action).directory())
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether there is one of version 1, which a process can enter only when it is there. */
  public boolean areOfVersion1() {
    return actions.stream()
        .anyMatch(action -> action instanceof CgroupAction.Make make && make.version() == 1);
  }

  /**
   * A number in a file.
   *
   * @param directory host path of the cgroup
   * @param file name, without directory; each line is a key, a space and a number
   * @param key of the line
   * @param limitFile name of the file that has the limit, which 'jrun update' changes
   */
  public record OomKills(String directory, String file, String key, String limitFile) {}
}
