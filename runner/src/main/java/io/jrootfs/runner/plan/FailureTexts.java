package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.E2BIG;
import static io.jrootfs.runner.plan.Errno.EACCES;
import static io.jrootfs.runner.plan.Errno.EBUSY;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ELOOP;
import static io.jrootfs.runner.plan.Errno.ENODEV;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOEXEC;
import static io.jrootfs.runner.plan.Errno.ENOSPC;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.ENOTDIR;
import static io.jrootfs.runner.plan.Errno.ENOTTY;
import static io.jrootfs.runner.plan.Errno.EOVERFLOW;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.Errno.EXDEV;

import com.google.common.collect.ImmutableList;

/**
 * What the launcher says when a step fails. A step has one or more parts that can fail, always
 * reported by number; the launcher prints the text of the part and the error's own text, or, when
 * there is one for exactly that part and error, a sentence that stands alone.
 *
 * @param parts what failed, by part
 * @param sentences for single errors
 */
record FailureTexts(ImmutableList<String> parts, ImmutableList<Sentence> sentences) {
  /**
   * A sentence that says it better than the error's own text.
   *
   * @param part index into {@link FailureTexts#parts}
   */
  record Sentence(int part, Errno errno, String text) {}

  private static final String OLD_KERNEL =
      "this kernel (or a filter around us) lacks %s; jrun needs Linux 5.12 or later";

  private static FailureTexts of(String part, Sentence... sentences) {
    return new FailureTexts(ImmutableList.of(part), ImmutableList.copyOf(sentences));
  }

  private static FailureTexts of(ImmutableList<String> parts, Sentence... sentences) {
    return new FailureTexts(parts, ImmutableList.copyOf(sentences));
  }

  private static Sentence on(int part, Errno errno, String text) {
    return new Sentence(part, errno, text);
  }

  /** overlay(5) refuses to copy a directory up whose owner it cannot name. */
  private static Sentence onUnmappedOwner(int part, String what) {
    return on(
        part,
        EOVERFLOW,
        what
            + ": it would have to be created in a directory whose owner has no id in the user"
            + " namespace");
  }

  static FailureTexts forStep(LaunchStep step) {
    return step.match(new ByStep());
  }

  /** One text for each kind of step; the numbers of parts are the launcher's (plan.c). */
  private static final class ByStep implements LaunchStep.Cases<FailureTexts> {
    @Override
    public FailureTexts clone(LaunchStep.Clone step) {
      return of(
          "cannot create the container's namespaces",
          on(
              0,
              EPERM,
              "cannot create the container's namespaces: not permitted; run jrun as root, or as an"
                  + " ordinary user on a system that allows user namespaces"),
          on(
              0,
              EINVAL,
              "cannot create the container's namespaces: this kernel was built without one of"
                  + " them; compare /proc/self/ns with what --explain lists"),
          on(
              0,
              ENOSPC,
              "cannot create the container's namespaces: the limit is reached; raise the"
                  + " max_*_namespaces values in /proc/sys/user"),
          on(
              0,
              ENOSYS,
              "cannot create the container's namespaces: " + OLD_KERNEL.formatted("clone3")));
    }

    @Override
    public FailureTexts slaveRoot(LaunchStep.SlaveRoot step) {
      return of("cannot separate the container's mounts from the host's");
    }

    @Override
    public FailureTexts overlayRoot(LaunchStep.OverlayRoot step) {
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
    public FailureTexts mountFilesystem(LaunchStep.MountFilesystem step) {
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
    public FailureTexts bindMount(LaunchStep.BindMount step) {
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
    public FailureTexts makeDirectory(LaunchStep.MakeDirectory step) {
      String what = "cannot create the directory " + step.path();
      return of(what, onUnmappedOwner(0, what));
    }

    @Override
    public FailureTexts makeSymlink(LaunchStep.MakeSymlink step) {
      return of("cannot create the link " + step.path() + " to " + step.target());
    }

    @Override
    public FailureTexts makeCharacterDevice(LaunchStep.MakeCharacterDevice step) {
      return of("cannot create the device " + step.path());
    }

    @Override
    public FailureTexts openTerminal(LaunchStep.OpenTerminal step) {
      return of(
          ImmutableList.of(
              "cannot open a terminal in the container", "cannot put the terminal on /dev/console"),
          on(0, ENOTTY, "cannot open a terminal: the container's /dev/pts is no devpts"),
          on(
              0,
              ENOENT,
              "cannot open a terminal: the container has no /dev/pts/ptmx; is /dev replaced?"));
    }

    @Override
    public FailureTexts maskPath(LaunchStep.MaskPath step) {
      String what = "cannot hide " + step.path();
      return of(what, on(0, ENODEV, what + ": the host's /dev/null is not the null device"));
    }

    @Override
    public FailureTexts readOnlyPath(LaunchStep.ReadOnlyPath step) {
      return of("cannot make " + step.path() + " read-only");
    }

    @Override
    public FailureTexts readOnlyRoot(LaunchStep.ReadOnlyRoot step) {
      return of("cannot make the root filesystem read-only");
    }

    @Override
    public FailureTexts pivotRoot(LaunchStep.PivotRoot step) {
      String what = "cannot make the root filesystem the container's root";
      return of(
          what,
          on(0, EINVAL, what + ": pivot_root is impossible on the system's initial ramfs"),
          on(0, EBUSY, what + ": it is the root already"));
    }

    @Override
    public FailureTexts setHostname(LaunchStep.SetHostname step) {
      String what = "cannot set the host name " + step.hostname();
      return of(what, on(0, EINVAL, what + ": it may have 64 bytes"));
    }

    @Override
    public FailureTexts loopbackUp(LaunchStep.LoopbackUp step) {
      return of("cannot bring the loopback interface up");
    }

    @Override
    public FailureTexts workingDirectory(LaunchStep.WorkingDirectory step) {
      String what = "cannot change to the working directory " + step.path();
      return of(
          what,
          on(0, ENOTDIR, what + ": something that is no directory is in the way"),
          on(0, ELOOP, what + ": links lead round in a circle or through /proc there"),
          on(0, EXDEV, what + ": it is outside of the container"),
          onUnmappedOwner(0, what));
    }

    @Override
    public FailureTexts credentials(LaunchStep.Credentials step) {
      String user = step.uid() + ":" + step.gid();
      return of(
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
    public FailureTexts exec(LaunchStep.Exec step) {
      return of(
          ImmutableList.of(step.notFound(), step.notExecutable(), step.notExecutable()),
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
  }
}
