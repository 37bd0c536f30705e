package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;

/**
 * A filter ready for seccomp(2).
 *
 * @param program one {@code struct sock_filter} (linux/filter.h) each: from the lowest bit 16 of
 *     code, 8 of jt, 8 of jf and 32 of k, which is its memory on a little-endian machine
 * @param flags for seccomp(2)
 * @param summary what it does, for people
 */
public record SeccompFilter(ImmutableLongArray program, int flags, Summary summary) {
  /**
   * What a filter does to the machine's own calls, in figures.
   *
   * @param abis the interfaces that may be used; other calls end the process
   * @param defaultAction what happens to calls without a rule
   * @param always how many calls have a rule that looks at nothing but their number
   * @param byArguments how many have one that tests arguments
   * @param newerAreUnknown whether calls newer than the profile are answered ENOSYS
   */
  public record Summary(
      ImmutableList<Abi> abis,
      Action defaultAction,
      int always,
      int byArguments,
      boolean newerAreUnknown) {
    /** Of a filter of which nothing is known but its instructions. */
    public static final Summary UNKNOWN =
        new Summary(ImmutableList.of(), Action.ALLOW, 0, 0, false);
  }

  /** What the kernel takes (BPF_MAXINSNS of linux/bpf_common.h). */
  static final int MAX_INSTRUCTIONS = 4096;

  /**
   * @throws IllegalArgumentException if the kernel would refuse its size
   */
  public SeccompFilter {
    if (program.isEmpty() || program.length() > MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException("a filter of " + program.length() + " instructions");
    }
  }
}
