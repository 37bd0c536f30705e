package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/**
 * What the process may do otherwise than by default.
 *
 * @param added names of capabilities, or {@code ALL}
 * @param dropped likewise
 * @param privileged whether it has all that jrun has, sees all of the kernel's files and the host's
 *     devices; still in namespaces of its own
 */
public record PrivilegeOverrides(
    ImmutableList<String> added, ImmutableList<String> dropped, boolean privileged) {
  /** As by default. */
  public static final PrivilegeOverrides NONE =
      new PrivilegeOverrides(ImmutableList.of(), ImmutableList.of(), false);
}
