package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;

/**
 * One value to be written into one file of a cgroup.
 *
 * @param directory host path
 * @param choices of file and value; the first whose file exists is the one
 * @param tolerated the failure that is none
 * @param reason what it is for: the option, or words such as {@code the default list of devices}
 */
public record CgroupWrite(
    String directory, ImmutableList<Choice> choices, Tolerated tolerated, String reason)
    implements CgroupAction {

  /**
   * A file and what to write into it.
   *
   * @param file name, without directory
   * @param value without a line feed
   */
  public record Choice(String file, String value) {}

  /** A failure after which the container is as asked for all the same. */
  public enum Tolerated {
    NOTHING,
    /** No such file: the kernel cannot count what is not to be limited. */
    MISSING,
    /** The cgroup above does not permit it either, so the container has less than the default. */
    FORBIDDEN,
    /** There is a value already, which counts. Nothing is written then. */
    FILLED
  }

  /**
   * @throws IllegalArgumentException without a choice
   */
  public CgroupWrite {
    if (choices.isEmpty()) {
      throw new IllegalArgumentException("nothing to write in " + directory);
    }
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.write(this);
  }
}
