package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ENOSPC;
import static io.jrootfs.runner.plan.Errno.ENOSYS;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.FailureTexts.OLD_KERNEL;
import static io.jrootfs.runner.plan.FailureTexts.of;
import static io.jrootfs.runner.plan.FailureTexts.on;

import com.google.common.collect.ImmutableList;

/** What is said when a namespace step fails; the numbers of parts are the launcher's (plan.c). */
final class NamespaceStepFailures implements NamespaceStep.Cases<FailureTexts> {
  @Override
  public FailureTexts clone(NamespaceStep.Clone step) {
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
  public FailureTexts mapIds(NamespaceStep.MapIds step) {
    return of(
        ImmutableList.of(
            "cannot give the container's user namespace its user ids",
            "cannot give the container's user namespace its group ids",
            "cannot become root of the container's user namespace"));
  }

  @Override
  public FailureTexts setHostname(NamespaceStep.SetHostname step) {
    String what = "cannot set the host name " + step.hostname();
    return of(what, on(0, EINVAL, what + ": it may have 64 bytes"));
  }

  @Override
  public FailureTexts loopbackUp(NamespaceStep.LoopbackUp step) {
    return of("cannot bring the loopback interface up");
  }
}
