package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EBUSY;
import static io.jrootfs.runner.plan.Errno.EEXIST;
import static io.jrootfs.runner.plan.Errno.EINVAL;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupWrite;
import java.util.stream.Collectors;

/** What is said when a cgroup step fails; the numbers of parts are the launcher's (plan.c). */
final class CgroupStepFailures implements CgroupStep.Cases<FailureTexts> {
  @Override
  public FailureTexts make(CgroupStep.Make step) {
    String cgroup = step.mountPoint() + step.path();
    return texts(
        ImmutableList.of("cannot make the cgroup " + cgroup, "cannot remove the cgroup " + cgroup),
        on(
            0,
            EEXIST,
            "cannot make the cgroup "
                + cgroup
                + ": it exists already, and what is in it is not ours; remove it if nothing is"));
  }

  @Override
  public FailureTexts write(CgroupStep.Write step) {
    CgroupWrite write = step.write();
    CgroupWrite.Choice last = write.choices().get(write.choices().size() - 1);
    String files =
        write.choices().stream().map(CgroupWrite.Choice::file).collect(Collectors.joining(" nor "));
    return texts(
        write.reason()
            + " cannot be enforced: cannot write '"
            + last.value()
            + "' to "
            + last.file()
            + " in "
            + write.directory(),
        on(
            0,
            ENOENT,
            write.reason()
                + " cannot be enforced: there is no "
                + files
                + " in "
                + write.directory()
                + "; it takes a kernel that was built with it, or the other version of cgroups"),
        on(
            0,
            EBUSY,
            write.reason()
                + " cannot be enforced: processes are in the cgroup "
                + write.directory()
                + ", which keeps it from handing controllers down"));
  }

  @Override
  public FailureTexts filterDevices(CgroupStep.FilterDevices step) {
    return texts(
        ImmutableList.of(
            "cannot load the program that filters the container's devices",
            "cannot attach the program that filters devices to the cgroup " + step.directory()));
  }

  @Override
  public FailureTexts join(CgroupStep.Join step) {
    return texts(
        ImmutableList.of(
            "cannot open the cgroup " + step.directory(),
            "cannot put the container into the cgroup " + step.directory()),
        // cpu_cgroup_can_attach() of kernel/sched/core.c, with CONFIG_RT_GROUP_SCHED: a new cgroup
        // has no time for those.
        on(
            1,
            EINVAL,
            "cannot put the container into the cgroup "
                + step.directory()
                + ": the kernel keeps processes with a realtime policy, such as jrun was started"
                + " with, out of a new one; start it with 'chrt --other 0 jrun ...'"));
  }

  @Override
  public FailureTexts enter(CgroupStep.Enter step) {
    return texts("the launcher does not say that the container's cgroups are there");
  }

  @Override
  public FailureTexts countOomKills(CgroupStep.CountOomKills step) {
    return texts(
        ImmutableList.of(
            "cannot open " + step.directory() + "/" + step.file(),
            "cannot open " + step.directory() + "/" + step.limitFile()));
  }
}
