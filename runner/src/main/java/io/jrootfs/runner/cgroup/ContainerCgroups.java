package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * The cgroups of one container: everything to be done before its process exists.
 *
 * @param actions in order; each {@link CgroupAction.Make} is a cgroup that the process is in from
 *     its first instruction on
 * @param oomKills where the kernel counts what it killed for want of memory, if memory is limited
 */
public record ContainerCgroups(ImmutableList<CgroupAction> actions, Optional<OomKills> oomKills) {
  /** The container stays in our own cgroups. */
  public static final ContainerCgroups NONE =
      new ContainerCgroups(ImmutableList.of(), Optional.empty());

  /** Host paths of the cgroups that are made. */
  public ImmutableList<String> directories() {
    return actions.stream()
        .filter(CgroupAction.Make.class::isInstance)
        .map(action -> ((CgroupAction.Make) action).directory())
        .collect(ImmutableList.toImmutableList());
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
