package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * Which system calls a container may make: {@code linux.seccomp} of the runtime specification, with
 * the conditions that docker adds.
 *
 * @param defaultAction for calls that no rule speaks of
 * @param abis the interfaces that may be used besides the machine's own
 * @param flags bits for seccomp(2)
 * @param rules in the order of the profile
 */
public record SeccompProfile(
    Action defaultAction, ImmutableSet<Abi> abis, int flags, ImmutableList<SyscallRule> rules) {
  /** SECCOMP_FILTER_FLAG_LOG of linux/seccomp.h: log every action but ALLOW. */
  static final int FLAG_LOG = 2;

  /** SECCOMP_FILTER_FLAG_SPEC_ALLOW: leave the mitigation of speculative store bypass off. */
  static final int FLAG_SPEC_ALLOW = 4;
}
