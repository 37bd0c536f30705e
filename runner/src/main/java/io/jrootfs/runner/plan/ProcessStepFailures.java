package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.E2BIG;
import static io.jrootfs.runner.plan.Errno.EACCES;
import static io.jrootfs.runner.plan.Errno.EDQUOT;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ELOOP;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOEXEC;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.ENOTDIR;
import static io.jrootfs.runner.plan.Errno.ENOTTY;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.Errno.ETIMEDOUT;
import static io.jrootfs.runner.plan.Errno.EXDEV;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.onUnmappedOwner;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.process.ResourceLimit;

/** What is said when a process step fails; the numbers of parts are the launcher's (plan.c). */
final class ProcessStepFailures implements ProcessStep.Cases<FailureTexts> {
  @Override
  public FailureTexts openTerminal(ProcessStep.OpenTerminal step) {
    return texts(
        ImmutableList.of(
            "cannot open a terminal in the container", "cannot put the terminal on /dev/console"),
        on(0, ENOTTY, "cannot open a terminal: the container's /dev/pts is no devpts"),
        on(
            0,
            ENOENT,
            "cannot open a terminal: the container has no /dev/pts/ptmx; is /dev replaced?"));
  }

  @Override
  public FailureTexts workingDirectory(ProcessStep.WorkingDirectory step) {
    String what = "cannot change to the working directory " + step.path();
    return texts(
        what,
        on(0, ENOENT, what + ": it is not there"),
        on(0, ENOTDIR, what + ": something that is no directory is in the way"),
        on(0, ELOOP, what + ": links lead round in a circle or through /proc there"),
        on(0, EXDEV, what + ": it is outside of the container"),
        onUnmappedOwner(0, what));
  }

  @Override
  public FailureTexts newKeyring(ProcessStep.NewKeyring step) {
    String what = "cannot give the container a session keyring of its own";
    return texts(
        what,
        on(
            0,
            EDQUOT,
            what
                + ": its user has as many keys as the system allows; end other containers or raise"
                + " the sysctl kernel.keys.maxkeys"));
  }

  @Override
  public FailureTexts credentials(ProcessStep.Credentials step) {
    String user = step.uid() + ":" + step.gid();
    return texts(
        ImmutableList.of(
            "cannot set the supplementary groups",
            "cannot become user " + user,
            "cannot set the capabilities",
            "cannot give up new privileges"),
        on(
            0,
            EPERM,
            "cannot set supplementary groups in a user namespace with a single group; give the"
                + " calling user a range in /etc/subgid"),
        on(
            1,
            EINVAL,
            "cannot become user "
                + user
                + ": the user namespace has no such id; give the calling user ranges in"
                + " /etc/subuid and /etc/subgid"));
  }

  @Override
  public FailureTexts inheritance(ProcessStep.Inheritance step) {
    return texts("cannot close the launcher's files");
  }

  @Override
  public FailureTexts seccomp(ProcessStep.Seccomp step) {
    String what = "cannot set the seccomp filter";
    return texts(
        what,
        on(
            0,
            EACCES,
            what
                + ": without no-new-privileges it takes CAP_SYS_ADMIN; leave"
                + " '--security-opt no-new-privileges=false' out"),
        on(
            0,
            EINVAL,
            what
                + ": this kernel has no filters (CONFIG_SECCOMP_FILTER), or not the profile's"
                + " flags; run without one by '--security-opt seccomp=unconfined'"),
        on(
            0,
            ENOSYS,
            what
                + ": this kernel has no seccomp(2); run without one by"
                + " '--security-opt seccomp=unconfined'"));
  }

  @Override
  public FailureTexts exec(ProcessStep.Exec step) {
    return texts(
        ImmutableList.of(
            step.notFound(),
            step.notExecutable(),
            step.notExecutable(),
            "cannot start the init that the command is to be a child of"),
        on(0, ENOENT, step.notFound()),
        on(1, EACCES, step.notExecutable() + ": permission denied, or no regular file"),
        on(
            1,
            ENOEXEC,
            step.notExecutable()
                + ": the kernel does not know its format (an ELF program of another machine, or a"
                + " script without a '#!' line)"),
        on(
            1,
            E2BIG,
            step.notExecutable() + ": its arguments and environment are too long together"),
        on(
            2,
            ENOENT,
            step.notExecutable()
                + ": it is there, but the interpreter that it names (its '#!' line, or its"
                + " dynamic loader) is not"));
  }

  @Override
  public FailureTexts limitTime(ProcessStep.LimitTime step) {
    return texts(
        "cannot set a timer",
        on(
            1,
            ETIMEDOUT,
            "the container was ended after its %d s (--timeout)"
                .formatted(step.lifetime().timeout())));
  }

  @Override
  public FailureTexts raiseResourceLimit(ProcessStep.RaiseResourceLimit step) {
    ResourceLimit limit = step.limit();
    String what =
        "cannot raise the limit "
            + limit.resource().word()
            + " to "
            + ResourceLimit.text(limit.hard());
    return texts(
        what,
        on(
            0,
            EPERM,
            what
                + ": your own hard limit is lower, and raising that takes the system's root with"
                + " CAP_SYS_RESOURCE; ask for less"));
  }

  @Override
  public FailureTexts limitResource(ProcessStep.LimitResource step) {
    return texts("cannot set the limit " + step.limit());
  }

  @Override
  public FailureTexts adjustOomScore(ProcessStep.AdjustOomScore step) {
    String what = "cannot set the oom score adjustment " + step.adjustment();
    return texts(
        what,
        on(
            0,
            EACCES,
            what
                + ": your own is higher, and lowering it takes the system's root with"
                + " CAP_SYS_RESOURCE; ask for more"));
  }

  @Override
  public FailureTexts stayAsInit(ProcessStep.StayAsInit step) {
    return texts("cannot open jrun's own program to be the container's init");
  }
}
