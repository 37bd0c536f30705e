package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.Lifetime;

/** A step that makes the container's first process what it is to be. */
public sealed interface ProcessStep extends LaunchStep {

  /**
   * Gives the process a pseudo-terminal of the container's own devpts as controlling terminal,
   * standard input, output and error, and as {@code /dev/console}. The launcher relays between it
   * and the user's terminal. The devpts must be mounted on {@code /dev/pts} and have a {@code ptmx}
   * that can be opened ({@code ptmxmode=0666}).
   *
   * @param console whether it becomes {@code /dev/console}
   */
  record OpenTerminal(boolean console) implements ProcessStep {
    /** That of the first process. */
    public OpenTerminal() {
      this(true);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.openTerminal(this);
    }
  }

  /**
   * Changes to the process's working directory and verifies that it is inside the root
   * (CVE-2024-21626).
   *
   * @param path container path
   * @param made whether it is created (0755) if absent
   */
  record WorkingDirectory(String path, boolean made) implements ProcessStep {
    /** One that is created if need be. */
    public WorkingDirectory(String path) {
      this(path, true);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.workingDirectory(this);
    }
  }

  /**
   * Leaves the caller's keys behind: a session keyring of its own, without a name by which another
   * could join it (keyctl(2) KEYCTL_JOIN_SESSION_KEYRING). It is before {@link Credentials}, so
   * that it counts as root's, who may have far more keys than others, and passed over where there
   * is no keyctl(2), or a filter around jrun, which is around the container too, refuses it.
   */
  record NewKeyring() implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.newKeyring(this);
    }
  }

  /**
   * Becomes the process's user: supplementary groups, group, user, then capabilities. The bounding
   * set becomes {@code capabilities}, and for root so do the permitted and effective ones; another
   * user's become {@code ambient}. Inheritable and ambient sets become empty for root and {@code
   * ambient} for others, as the kernel lets nothing be ambient that is not inheritable. What the
   * launcher itself lacks of all that the process lacks too.
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
      CapabilitySet ambient,
      boolean noNewPrivileges)
      implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.credentials(this);
    }
  }

  /**
   * What the program gets from us besides: nothing of ours. Descriptors above 2 close with
   * execve(2), signals are at their defaults, and new files get modes by a mask.
   *
   * @param umask the bits that files are created without
   */
  record Inheritance(int umask) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.inheritance(this);
    }
  }

  /**
   * Sets the filter of system calls: seccomp(2) SECCOMP_SET_MODE_FILTER. It counts for the steps
   * behind it too, so it is the last one before the program; but without no-new-privileges setting
   * it takes CAP_SYS_ADMIN (seccomp(2)), so then it comes before {@link Credentials}.
   */
  record Seccomp(SeccompFilter filter) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.seccomp(this);
    }
  }

  /**
   * Replaces the process: execve(2) of each candidate in turn until one exists. After a {@link
   * StayAsInit} a child of the process does it.
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

  /**
   * Ends the container after some time. The launcher starts the clock before there is a container.
   *
   * @param lifetime with a timeout
   * @param exitStatus what jrun then ends with
   */
  record LimitTime(Lifetime lifetime, int exitStatus) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.limitTime(this);
    }
  }

  /**
   * Raises the new process's hard limit: the launcher does it, as root of the system, which the
   * process may not be.
   */
  record RaiseResourceLimit(ResourceLimit limit) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.raiseResourceLimit(this);
    }
  }

  /**
   * Limits the process, late: tight limits are not for the launcher's own steps. It takes no rights
   * then, as no hard limit is raised.
   */
  record LimitResource(ResourceLimit limit) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.limitResource(this);
    }
  }

  /**
   * Writes the new process's {@code oom_score_adj} (proc(5)). The launcher does it, through the
   * host's procfs.
   *
   * @param adjustment -1000 to 1000
   */
  record AdjustOomScore(int adjustment) implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.adjustOomScore(this);
    }
  }

  /**
   * Makes the process stay as an init that reaps, passes signals on and ends as its child, the
   * container's program, does. Opens the launcher's own sealed program (CVE-2019-5736) while the
   * host's procfs can still be seen.
   */
  record StayAsInit() implements ProcessStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.stayAsInit(this);
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

    R newKeyring(NewKeyring step);

    R credentials(Credentials step);

    R inheritance(Inheritance step);

    R seccomp(Seccomp step);

    R exec(Exec step);

    R limitTime(LimitTime step);

    R raiseResourceLimit(RaiseResourceLimit step);

    R limitResource(LimitResource step);

    R adjustOomScore(AdjustOomScore step);

    R stayAsInit(StayAsInit step);
  }
}
