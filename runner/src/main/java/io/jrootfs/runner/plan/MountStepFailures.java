package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EBUSY;
import static io.jrootfs.runner.plan.Errno.EEXIST;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ELOOP;
import static io.jrootfs.runner.plan.Errno.EMFILE;
import static io.jrootfs.runner.plan.Errno.ENODEV;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.ENOTBLK;
import static io.jrootfs.runner.plan.Errno.ENOTDIR;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.Errno.EROFS;
import static io.jrootfs.runner.plan.Errno.ESTALE;
import static io.jrootfs.runner.plan.Errno.EXDEV;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.onUnmappedOwner;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;

/** What is said when a mount step fails; the numbers of parts are the launcher's (plan.c). */
final class MountStepFailures implements MountStep.Cases<FailureTexts> {
  @Override
  public FailureTexts openSource(MountStep.OpenSource step) {
    String what = "cannot bind " + step.source();
    return texts(
        what,
        on(0, ENOENT, what + ": the host has no " + step.source()),
        on(0, EMFILE, what + ": more than " + MountStep.OpenSource.MAX_SOURCES + " cannot be"));
  }

  @Override
  public FailureTexts slaveRoot(MountStep.SlaveRoot step) {
    return texts("cannot separate the container's mounts from the host's");
  }

  @Override
  public FailureTexts mountIndex(MountStep.MountIndex step) {
    String what = "cannot mount the index of the image's layers, " + step.index();
    String unpack = "; have the image unpacked, with '--unpack always'";
    return texts(
        ImmutableList.of(what, what + ", on " + step.mountPoint()),
        on(
            0,
            ESTALE,
            "the image "
                + step.layers().get(0)
                + " was changed while it was started; start it again"),
        on(0, ENODEV, what + ": this kernel has no EROFS" + unpack),
        on(0, ENOTBLK, what + ": this kernel mounts it from block devices only" + unpack),
        on(0, ENOSYS, what + ": that takes Linux 6.12, and no filter around jrun" + unpack),
        on(0, EPERM, what + ": not permitted" + unpack));
  }

  @Override
  public FailureTexts overlayRoot(MountStep.OverlayRoot step) {
    return texts(
        ImmutableList.of(
            "cannot open the root filesystem " + step.lower(),
            "cannot mount the throw-away layer on " + step.mountPoint(),
            "cannot stack the throw-away layer on " + step.lower()),
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
    return texts(
        ImmutableList.of(what, what),
        onUnmappedOwner(1, what),
        on(
            0,
            EPERM,
            what
                + ": not permitted; inside another container that hides parts of /proc or /sys,"
                + " a new one may show no more"),
        on(0, ENODEV, what + ": this kernel has no file system of that name"),
        on(1, ELOOP, what + ": the image has a symbolic link there, which could lead anywhere"),
        on(1, ENOTDIR, what + ": the image has a file there or above"),
        on(1, EINVAL, what + ": the image has a file there"),
        onReadOnly(1, what),
        onProc(1, what));
  }

  private static FailureTexts.Sentence onReadOnly(int part, String what) {
    return on(
        part,
        EROFS,
        what
            + ": it is not there and cannot be created in the read-only mount around it; create it"
            + " on the host first");
  }

  private static FailureTexts.Sentence onProc(int part, String what) {
    return on(
        part,
        EXDEV,
        what + ": the image's links lead into /proc there, where everything must be the kernel's");
  }

  @Override
  public FailureTexts bindMount(MountStep.BindMount step) {
    String what = "cannot bind " + step.source() + " to " + step.target();
    return texts(
        ImmutableList.of(what, what + " in the container"),
        on(0, ENOENT, what + ": the host has no " + step.source()),
        on(
            0,
            ENOSYS,
            what
                + ": sharing later mounts with the host takes Linux 5.2 or later, and no filter"
                + " around jrun; let them come in only, with 'rslave'"),
        on(
            0,
            EBUSY,
            what + ": before Linux 5.12 mounts below it cannot be changed where others cover them"),
        on(
            0,
            EINVAL,
            what
                + ": it cannot be copied; a user namespace must take the mounts below it along, which"
                + " the option 'bind' forbids"),
        on(
            0,
            EPERM,
            what
                + ": not permitted; a user namespace cannot lift what restricts the host's mount"
                + " (suid, dev, exec)"),
        on(1, ENOTDIR, what + ": one is a directory and the other is not"),
        on(1, EINVAL, what + ": one is a directory and the other is not"),
        onUnmappedOwner(1, what),
        onReadOnly(1, what),
        onProc(1, what),
        on(1, ELOOP, what + ": the image's links lead round in a circle or through /proc there"));
  }

  @Override
  public FailureTexts writeFile(MountStep.WriteFile step) {
    return texts("cannot write " + step.path());
  }

  @Override
  public FailureTexts makeDirectory(MountStep.MakeDirectory step) {
    String what = "cannot create the directory " + step.path();
    return texts(
        what,
        onUnmappedOwner(0, what),
        on(0, ENOTDIR, what + ": the image has a file there or above"),
        on(0, ENOENT, what + ": the image has a link there that leads nowhere"));
  }

  @Override
  public FailureTexts makeSymlink(MountStep.MakeSymlink step) {
    return texts("cannot create the link " + step.path() + " to " + step.target());
  }

  @Override
  public FailureTexts makeDevice(MountStep.MakeDevice step) {
    String what = "cannot create the device " + step.path();
    return texts(what, on(0, EEXIST, what + ": the container has something there already"));
  }

  @Override
  public FailureTexts maskPath(MountStep.MaskPath step) {
    String what = "cannot hide " + step.path();
    return texts(what, on(0, ENODEV, what + ": /dev/null is not the null device"));
  }

  @Override
  public FailureTexts readOnlyPath(MountStep.ReadOnlyPath step) {
    return texts("cannot make " + step.path() + " read-only");
  }

  @Override
  public FailureTexts readOnlyRoot(MountStep.ReadOnlyRoot step) {
    return texts("cannot make the root filesystem read-only");
  }

  @Override
  public FailureTexts remountReadOnly(MountStep.RemountReadOnly step) {
    return texts("cannot make " + step.path() + " read-only");
  }

  @Override
  public FailureTexts pivotRoot(MountStep.PivotRoot step) {
    String what = "cannot make the root filesystem the container's root";
    return texts(
        what,
        on(0, EINVAL, what + ": pivot_root is impossible on the system's initial ramfs"),
        on(0, EBUSY, what + ": it is the root already"));
  }
}
