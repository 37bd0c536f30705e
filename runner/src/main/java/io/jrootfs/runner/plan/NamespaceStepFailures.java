package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EACCES;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.ENOMEM;
import static io.jrootfs.runner.plan.Errno.ENOSPC;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.Errno.ERANGE;
import static io.jrootfs.runner.plan.Errno.ESRCH;
import static io.jrootfs.runner.plan.Errno.EXDEV;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.Sysctl;

/** What is said when a namespace step fails; the numbers of parts are the launcher's (plan.c). */
final class NamespaceStepFailures implements NamespaceStep.Cases<FailureTexts> {
  @Override
  public FailureTexts clone(NamespaceStep.Clone step) {
    return texts(
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
                + " max_*_namespaces values in /proc/sys/user"));
  }

  @Override
  public FailureTexts enter(NamespaceStep.Enter step) {
    String container = "container '" + step.container() + "'";
    String what = "cannot enter " + container;
    String gone = container + ": has ended meanwhile";
    return texts(
        ImmutableList.of(
            what,
            what,
            "cannot become root of the user namespace of " + container,
            "cannot enter the mounts of " + container),
        on(0, ESRCH, gone),
        // The kernel starts nothing in a pid namespace whose first process has ended.
        on(0, ENOMEM, gone),
        on(1, ESRCH, gone),
        on(1, EXDEV, what + ": its mounts are the host's"),
        on(
            1,
            EPERM,
            what + ": not permitted; that takes whoever has started it, or the system's root"),
        on(
            1,
            EACCES,
            what + ": not permitted; that takes whoever has started it, or the system's root"));
  }

  @Override
  public FailureTexts mapIds(NamespaceStep.MapIds step) {
    return texts(
        ImmutableList.of(
            "cannot give the container's user namespace its user ids",
            "cannot give the container's user namespace its group ids",
            "cannot become root of the container's user namespace"));
  }

  @Override
  public FailureTexts join(NamespaceStep.Join step) {
    String word = step.kind().word();
    String place = "'" + step.path() + "'";
    String example = "/proc/PID/ns/" + step.kind().procName();
    String what = "cannot join the " + word + " namespace " + place;
    String rights =
        what
            + ": not permitted; it takes root, or to be root of the user namespace that it belongs"
            + " to, so start jrun there with 'nsenter --preserve-credentials --user"
            + " --target PID jrun'";
    return texts(
        ImmutableList.of(
            what,
            what,
            "cannot become root of the user namespace " + place + ", which may have no user 0",
            what),
        on(0, EACCES, rights),
        on(1, EINVAL, what + ": that is no " + word + " namespace; give a file such as " + example),
        on(3, EPERM, rights),
        on(
            3,
            EINVAL,
            step.kind() == Namespace.PID
                ? what + ": it must be the launcher's own or one made from there"
                : step.kind() == Namespace.USER
                    ? what + ": jrun is in it already; leave the option out"
                    : what + ": the kernel does not want to; give a file such as " + example));
  }

  @Override
  public FailureTexts offsetClocks(NamespaceStep.OffsetClocks step) {
    String offsets = step.offsets().lines().strip().replace("\n", ", ");
    String what = "cannot set the clocks' offsets (" + offsets + ")";
    return texts(
        ImmutableList.of("cannot create the container's time namespace", what),
        on(
            0,
            EINVAL,
            "cannot create the container's time namespace: this kernel has none; Linux 5.6 or"
                + " later with CONFIG_TIME_NS does"),
        on(
            0,
            EPERM,
            "cannot create the container's time namespace: not permitted; run jrun as root, or as"
                + " an ordinary user on a system that allows user namespaces"),
        on(1, ERANGE, what + ": out of range; no clock may be below 0 or above about 146 years"),
        on(1, EPERM, what + ": not permitted; it takes the capability CAP_SYS_TIME"),
        on(1, EACCES, what + ": not permitted; it takes the capability CAP_SYS_TIME"));
  }

  @Override
  public FailureTexts shiftRoot(NamespaceStep.ShiftRoot step) {
    String what = "cannot show '" + step.directory() + "' with the container's owners";
    String other = "; make a tar of it, 'tar -C DIR -cf image.tar .', and run that";
    return texts(
        ImmutableList.of(what, "cannot open the container's user namespace", what),
        on(2, EINVAL, what + ": its file system cannot be mapped on this kernel" + other),
        on(2, EPERM, what + ": not permitted" + other),
        on(
            2,
            ENOSYS,
            what + ": that takes Linux 5.12 or later, and no filter around jrun" + other));
  }

  @Override
  public FailureTexts setDomainName(NamespaceStep.SetDomainName step) {
    String what = "cannot set the domain name " + step.name();
    return texts(what, on(0, EINVAL, what + ": it may have 64 bytes"));
  }

  @Override
  public FailureTexts setHostname(NamespaceStep.SetHostname step) {
    String what = "cannot set the host name " + step.hostname();
    return texts(what, on(0, EINVAL, what + ": it may have 64 bytes"));
  }

  @Override
  public FailureTexts loopbackUp(NamespaceStep.LoopbackUp step) {
    return texts("cannot bring the loopback interface up");
  }

  /** As it is written on the command line: sysctl(8) has dots for slashes, and slashes for dots. */
  private static String dotted(String name) {
    StringBuilder dotted = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      dotted.append(c == '/' ? '.' : c == '.' ? '/' : c);
    }
    return dotted.toString();
  }

  @Override
  public FailureTexts setSysctl(NamespaceStep.SetSysctl step) {
    Sysctl sysctl = step.sysctl();
    String what = "cannot set sysctl " + dotted(sysctl.name()) + " to '" + sysctl.value() + "'";
    String place = "cannot set sysctls: the container's /proc";
    return texts(
        ImmutableList.of(place + " cannot be opened", what),
        on(0, EXDEV, place + " is no procfs; is something mounted on it?"),
        on(1, EXDEV, what + ": something is mounted over it"),
        on(1, ENOENT, what + ": this kernel has no such parameter"),
        on(1, EINVAL, what + ": the kernel does not take this value"),
        on(1, EACCES, what + ": not permitted; this kernel lets only the system's root change it"));
  }
}
