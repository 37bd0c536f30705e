package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EBUSY;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ELOOP;
import static io.jrootfs.runner.plan.Errno.ENODEV;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.ENOTDIR;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.FailureTexts.OLD_KERNEL;
import static io.jrootfs.runner.plan.FailureTexts.of;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.onUnmappedOwner;

import com.google.common.collect.ImmutableList;

/** What is said when a mount step fails; the numbers of parts are the launcher's (plan.c). */
final class MountStepFailures implements MountStep.Cases<FailureTexts> {
  @Override
  public FailureTexts slaveRoot(MountStep.SlaveRoot step) {
    return of("cannot separate the container's mounts from the host's");
  }

  @Override
  public FailureTexts overlayRoot(MountStep.OverlayRoot step) {
    return of(
        ImmutableList.of(
            "cannot open the root filesystem " + step.lower(),
            "cannot mount the throw-away layer on " + step.mountPoint(),
            "cannot stack the throw-away layer on " + step.lower()),
        on(
            1,
            ENOSYS,
            "cannot mount the throw-away layer: " + OLD_KERNEL.formatted("fsopen and fsmount")),
        on(
            2,
            ENODEV,
            "cannot stack the throw-away layer: this kernel has no overlay file system; load it"
                + " with 'modprobe overlay'"),
        on(
            2,
            EPERM,
            "cannot stack the throw-away layer: overlay is not permitted in a user namespace"
                + " before Linux 5.11; run jrun as root"));
  }

  @Override
  public FailureTexts mountFilesystem(MountStep.MountFilesystem step) {
    String what = "cannot mount " + step.type() + " on " + step.target();
    return of(
        ImmutableList.of(what, what),
        onUnmappedOwner(1, what),
        on(
            0,
            EPERM,
            what
                + ": not permitted; inside another container that hides parts of /proc or /sys,"
                + " a new one may show no more"),
        on(0, ENODEV, what + ": this kernel has no file system of that name"),
        on(1, ELOOP, what + ": the image has a symbolic link there, which could lead anywhere"));
  }

  @Override
  public FailureTexts bindMount(MountStep.BindMount step) {
    String what = "cannot bind " + step.source() + " to " + step.target();
    return of(
        ImmutableList.of(what, what + " in the container"),
        on(0, ENOENT, what + ": the host has no " + step.source()),
        on(
            0,
            EINVAL,
            what + ": it cannot be copied; a user namespace must take the mounts below it along"),
        on(1, ENOTDIR, what + ": one is a directory and the other is not"),
        onUnmappedOwner(1, what),
        on(1, ELOOP, what + ": the image's links lead round in a circle or through /proc there"));
  }

  @Override
  public FailureTexts makeDirectory(MountStep.MakeDirectory step) {
    String what = "cannot create the directory " + step.path();
    return of(what, onUnmappedOwner(0, what));
  }

  @Override
  public FailureTexts makeSymlink(MountStep.MakeSymlink step) {
    return of("cannot create the link " + step.path() + " to " + step.target());
  }

  @Override
  public FailureTexts makeCharacterDevice(MountStep.MakeCharacterDevice step) {
    return of("cannot create the device " + step.path());
  }

  @Override
  public FailureTexts maskPath(MountStep.MaskPath step) {
    String what = "cannot hide " + step.path();
    return of(what, on(0, ENODEV, what + ": the host's /dev/null is not the null device"));
  }

  @Override
  public FailureTexts readOnlyPath(MountStep.ReadOnlyPath step) {
    return of("cannot make " + step.path() + " read-only");
  }

  @Override
  public FailureTexts readOnlyRoot(MountStep.ReadOnlyRoot step) {
    return of("cannot make the root filesystem read-only");
  }

  @Override
  public FailureTexts remountReadOnly(MountStep.RemountReadOnly step) {
    return of("cannot make " + step.path() + " read-only");
  }

  @Override
  public FailureTexts pivotRoot(MountStep.PivotRoot step) {
    String what = "cannot make the root filesystem the container's root";
    return of(
        what,
        on(0, EINVAL, what + ": pivot_root is impossible on the system's initial ramfs"),
        on(0, EBUSY, what + ": it is the root already"));
  }
}
