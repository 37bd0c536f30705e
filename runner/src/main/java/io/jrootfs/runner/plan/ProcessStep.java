package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.capability.CapabilitySet;

/** A step that makes the container's first process what it is to be. */
public sealed interface ProcessStep extends LaunchStep {

  /**
   * Gives the process a pseudo-terminal of the container's own devpts as controlling terminal,
   * standard input, output and error, and as {@code /dev/console}. The launcher relays between it
   * and the user's terminal. The devpts must be mounted on {@code /dev/pts} and have a {@code ptmx}
   * that can be opened ({@code ptmxmode=0666}).
   */
  record OpenTerminal() implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.openTerminal(this);
    }
  }

  /**
   * Changes to the process's working directory and verifies that it is inside the root
   * (CVE-2024-21626).
   *
   * @param path container path; created (0755) if absent
   */
  record WorkingDirectory(String path) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.workingDirectory(this);
    }
  }

  /**
   * Becomes the process's user: supplementary groups, group, user, then capabilities. The bounding,
   * permitted and effective sets become {@code capabilities} (a user other than root keeps only the
   * bounding set); inheritable and ambient sets become empty. What the launcher itself lacks of
   * {@code capabilities} the process lacks too.
   *
   * @param uid in the container's user namespace
   * @param gid in the container's user namespace
   * @param groups supplementary groups; none can be set where the user namespace forbids
   *     setgroups(2), which is then an error unless the list is empty
   */
  record Credentials(
      long uid,
      long gid,
      ImmutableList<Long> groups,
      CapabilitySet capabilities,
      boolean noNewPrivileges)
      implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.credentials(this);
    }
  }

  /**
   * Replaces the process: execve(2) of each candidate in turn until one exists, with every
   * descriptor above 2 closed, signals at their defaults and umask 0022.
   *
   * @param candidates container paths, at least one
   * @param argv at least the program's name
   * @param environment {@code NAME=value}
   * @param notFound the sentence when no candidate exists (exit 127)
   * @param notExecutable the sentence when a candidate exists and cannot be executed (exit 126)
   */
  record Exec(
      ImmutableList<String> candidates,
      ImmutableList<String> argv,
      ImmutableList<String> environment,
      String notFound,
      String notExecutable)
      implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.exec(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.process(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R openTerminal(OpenTerminal step);

    R workingDirectory(WorkingDirectory step);

    R credentials(Credentials step);

    R exec(Exec step);
  }
}
