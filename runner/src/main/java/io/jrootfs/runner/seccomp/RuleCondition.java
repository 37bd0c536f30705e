package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * When a rule is part of the filter, or is not.
 *
 * @param capabilities names with {@code CAP_}
 * @param architectures Go's names of machines
 * @param minKernel the first kernel
 */
public record RuleCondition(
    ImmutableSet<String> capabilities,
    ImmutableSet<String> architectures,
    Optional<KernelVersion> minKernel) {
  public static final RuleCondition NONE =
      new RuleCondition(ImmutableSet.of(), ImmutableSet.of(), Optional.empty());

  RuleCondition withCapabilities(ImmutableSet<String> others) {
    return new RuleCondition(others, architectures, minKernel);
  }

  RuleCondition withArchitectures(ImmutableSet<String> others) {
    return new RuleCondition(capabilities, others, minKernel);
  }

  RuleCondition withMinKernel(KernelVersion kernel) {
    return new RuleCondition(capabilities, architectures, Optional.of(kernel));
  }

  /** Whether everything that is asked for is there. */
  boolean includes(Machine machine, ImmutableSet<String> bounding, KernelVersion kernel) {
    return bounding.containsAll(capabilities)
        && (architectures.isEmpty() || architectures.contains(machine.profileName()))
        && (minKernel.isEmpty() || kernel.isAtLeast(minKernel.get()));
  }

  /** Whether anything that is named is there. */
  boolean excludes(Machine machine, ImmutableSet<String> bounding, KernelVersion kernel) {
    for (String capability : capabilities) {
      if (bounding.contains(capability)) {
        return true;
      }
    }
    return architectures.contains(machine.profileName())
        || (minKernel.isPresent() && kernel.isAtLeast(minKernel.get()));
  }
}
