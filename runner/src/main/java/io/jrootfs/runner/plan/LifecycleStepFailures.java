package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EBUSY;
import static io.jrootfs.runner.plan.Errno.ECONNREFUSED;
import static io.jrootfs.runner.plan.Errno.ECONNRESET;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.ESRCH;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;

/** What is said when a lifecycle step fails. */
final class LifecycleStepFailures implements LifecycleStep.Cases<FailureTexts> {
  /** Without pidfd_open(2) a signal could reach another process that has got the number. */
  private static final String OLD_KERNEL =
      "this kernel cannot tell a container's processes from others; that takes Linux 5.3 or later";

  @Override
  public FailureTexts keepRecord(LifecycleStep.KeepRecord step) {
    String directory = step.directory().toString();
    return texts(
        ImmutableList.of(
            "cannot write the container's record in " + directory,
            "cannot write into the container's record in " + directory));
  }

  @Override
  public FailureTexts keepLog(LifecycleStep.KeepLog step) {
    return texts("cannot write the container's log in " + step.directory());
  }

  @Override
  public FailureTexts detach(LifecycleStep.Detach step) {
    return texts("cannot leave the container to itself");
  }

  @Override
  public FailureTexts detachKeys(LifecycleStep.DetachKeys step) {
    return texts("cannot let the user leave the container");
  }

  @Override
  public FailureTexts serveAttachers(LifecycleStep.ServeAttachers step) {
    return texts("cannot make the container's socket in " + step.directory());
  }

  @Override
  public FailureTexts attach(LifecycleStep.Attach step) {
    String container = "container '" + step.container() + "'";
    String gone = container + ": has ended meanwhile";
    return texts(
        ImmutableList.of(
            "cannot attach to " + container,
            container + " was killed with its launcher; nobody knows how it ended",
            "cannot attach to " + container,
            "cannot send signals to " + container),
        on(
            3,
            ENOSYS,
            "signals cannot be sent to "
                + container
                + " without doubt before Linux 5.3; "
                + "--sig-proxy=false attaches without them"),
        on(0, ENOENT, container + ": can be attached to only if it is detached or has a terminal"),
        on(0, ECONNREFUSED, gone),
        on(0, ESRCH, gone),
        on(1, ECONNRESET, container + " was killed with its launcher; nobody knows how it ended"),
        on(2, EBUSY, "cannot attach to " + container + ": too many are attached already"));
  }

  @Override
  public FailureTexts signalProcess(LifecycleStep.SignalProcess step) {
    return texts(
        "cannot send " + step.signal() + " to container '" + step.container() + "'",
        on(0, ESRCH, "container '" + step.container() + "' does not run"),
        on(0, ENOSYS, OLD_KERNEL));
  }

  @Override
  public FailureTexts stop(LifecycleStep.Stop step) {
    return texts("cannot stop container '" + step.container() + "'", on(0, ENOSYS, OLD_KERNEL));
  }

  @Override
  public FailureTexts awaitEnd(LifecycleStep.AwaitEnd step) {
    String container = "container '" + step.container() + "'";
    return texts(
        "cannot tell how " + container + " ended",
        on(0, ENOSYS, OLD_KERNEL),
        on(0, ENOENT, container + " is not there any more"),
        on(0, ESRCH, container + " was killed with its launcher; nobody knows how it ended"));
  }

  @Override
  public FailureTexts thaw(LifecycleStep.Thaw step) {
    return texts(
        "container '"
            + step.container()
            + "' is paused and cannot go on; cannot thaw "
            + step.directory());
  }

  @Override
  public FailureTexts removeRecord(LifecycleStep.RemoveRecord step) {
    return texts("cannot remove the container's record in " + step.directory());
  }

  @Override
  public FailureTexts printName(LifecycleStep.PrintName step) {
    return texts("cannot print the container's name");
  }

  @Override
  public FailureTexts refuse(LifecycleStep.Refuse step) {
    return texts(step.sentence());
  }

  @Override
  public FailureTexts writePidFile(LifecycleStep.WritePidFile step) {
    String failure = "cannot write the number of the container's process to " + step.file();
    return texts(
        failure, on(0, ENOENT, failure + ": its directory does not exist; create it first"));
  }

  @Override
  public FailureTexts holdBundle(LifecycleStep.HoldBundle step) {
    return texts(
        "cannot lock " + step.file(),
        on(0, ENOENT, "the unpacked image was removed from the cache meanwhile; start it again"));
  }

  @Override
  public FailureTexts removeAtEnd(LifecycleStep.RemoveAtEnd step) {
    return texts(
        ImmutableList.of(
            "cannot lock " + step.directory() + ".lock",
            "cannot remove what was made for this container alone in " + step.directory()));
  }
}
