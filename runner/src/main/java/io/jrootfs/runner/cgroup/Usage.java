package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import java.util.OptionalLong;

/**
 * What the kernel has counted of a container, and the limits of it. What is empty it does not say;
 * a limit that is not set is {@value Limits#UNLIMITED}.
 *
 * @param cpuTime nanoseconds on processors, since the container's start
 * @param cpuLimit nanoseconds of them that it may have in a second
 * @param memory bytes that are charged to it
 * @param memoryLimit bytes
 * @param pids its processes and threads
 * @param pidsLimit how many it may have
 * @param blockRead bytes read from disks
 * @param blockWritten bytes written to disks
 */
public record Usage(
    OptionalLong cpuTime,
    OptionalLong cpuLimit,
    OptionalLong memory,
    OptionalLong memoryLimit,
    OptionalLong pids,
    OptionalLong pidsLimit,
    OptionalLong blockRead,
    OptionalLong blockWritten) {

  /** Of a container that nothing is counted of. */
  public static final Usage UNKNOWN =
      new Usage(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  /**
   * Reads the files of cgroups.
   *
   * @param directories host paths of all cgroups that are the container's own, of either version
   */
  public static Usage read(ImmutableList<String> directories, CgroupFiles files) {
    return new UsageReader(directories, files).read();
  }
}
