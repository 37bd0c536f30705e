package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.seccomp.DefaultProfile;
import io.jrootfs.runner.seccomp.FilterCompiler;
import io.jrootfs.runner.seccomp.FilterSizeException;
import io.jrootfs.runner.seccomp.Machine;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.seccomp.SeccompProfile;
import java.util.Optional;

/** From what the user wants of system calls to the filter that is set. */
final class SeccompRules {
  private SeccompRules() {}

  /**
   * The filter; empty for none.
   *
   * @param privileged whether the container is to be the host's equal. Then only a profile that the
   *     user names limits it (as with podman)
   * @param capabilities of the bounding set; the profile's rules depend on them
   * @throws SpecException if there is none for the machine, or the profile is too large
   */
  static Optional<SeccompFilter> filter(
      SeccompChoice choice, boolean privileged, CapabilitySet capabilities, Host host)
      throws SpecException {
    SeccompProfile profile;
    if (choice instanceof SeccompChoice.Profile named) {
      profile = named.profile();
    } else if (choice instanceof SeccompChoice.Unconfined || privileged) {
      return Optional.empty();
    } else {
      profile = DefaultProfile.profile();
    }
    Machine machine = Machine.ofOsArch(host.platform().architecture()).orElse(null);
    if (machine == null) {
      throw new SpecException(
          "seccomp filter",
          "jrun can make none for machines of type '"
              + host.platform().architecture()
              + "'; run without it by '--security-opt seccomp=unconfined'");
    }
    try {
      return Optional.of(
          FilterCompiler.compile(profile, machine, names(capabilities), host.kernel()));
    } catch (FilterSizeException e) {
      throw new SpecException(
          "seccomp profile",
          "it becomes a filter of "
              + e.instructions()
              + " instructions, more than the kernel takes; give it fewer rules that test arguments");
    }
  }

  /** As profiles spell them. */
  private static ImmutableSet<String> names(CapabilitySet capabilities) {
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    for (Capability capability : capabilities.capabilities()) {
      names.add("CAP_" + capability.name());
    }
    return names.build();
  }
}
