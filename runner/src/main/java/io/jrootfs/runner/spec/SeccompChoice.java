package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.seccomp.SeccompProfile;

/** Which system calls the user wants the container to have. */
public sealed interface SeccompChoice {
  /** Those of the default profile; all of them if the container is privileged. */
  SeccompChoice DEFAULT = new Default();

  /** All of them. */
  SeccompChoice UNCONFINED = new Unconfined();

  /** What the user said nothing of. */
  record Default() implements SeccompChoice {}

  /** No filter. */
  record Unconfined() implements SeccompChoice {}

  /**
   * Those of a profile, privileged or not.
   *
   * @param warnings about what its file holds and it does not
   */
  record Profile(SeccompProfile profile, ImmutableList<String> warnings) implements SeccompChoice {}
}
