package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What the kernel is to refuse otherwise than it does by default.
 *
 * @param seccomp which system calls there are
 * @param noNewPrivileges whether set-user-ID and file capabilities are without effect; they are,
 *     unless the user says so
 */
public record SecurityOverrides(SeccompChoice seccomp, Optional<Boolean> noNewPrivileges) {
  /** The defaults. */
  public static final SecurityOverrides NONE =
      new SecurityOverrides(SeccompChoice.DEFAULT, Optional.empty());

  /** What must be said about what was asked for. */
  public ImmutableList<String> warnings() {
    return seccomp instanceof SeccompChoice.Profile profile
        ? profile.warnings()
        : ImmutableList.of();
  }
}
