package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupWrite;
import io.jrootfs.runner.cgroup.CgroupWrite.Tolerated;

/** The cgroup steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class CgroupStepEncoder implements CgroupStep.Cases<EncodedStep> {
  @Override
  public EncodedStep make(CgroupStep.Make step) {
    return EncodedStep.of(
        40, ImmutableList.of((long) step.version()), step.mountPoint(), step.path());
  }

  @Override
  public EncodedStep write(CgroupStep.Write step) {
    CgroupWrite write = step.write();
    long tolerated =
        switch (write.tolerated()) {
          case NOTHING -> 0;
          case MISSING -> Errno.ENOENT.number();
          case FORBIDDEN -> Errno.EPERM.number();
          case FILLED -> 0;
        };
    return new EncodedStep(
        41,
        ImmutableList.of(tolerated, EncodedStep.flag(write.tolerated() == Tolerated.FILLED)),
        ImmutableList.of(write.directory()),
        ImmutableList.of(
            write.choices().stream()
                .map(CgroupWrite.Choice::file)
                .collect(ImmutableList.toImmutableList()),
            write.choices().stream()
                .map(CgroupWrite.Choice::value)
                .collect(ImmutableList.toImmutableList())));
  }

  @Override
  public EncodedStep filterDevices(CgroupStep.FilterDevices step) {
    return EncodedStep.of(42, step.program(), step.directory());
  }

  @Override
  public EncodedStep join(CgroupStep.Join step) {
    return EncodedStep.of(43, ImmutableList.of((long) step.version()), step.directory());
  }

  @Override
  public EncodedStep enter(CgroupStep.Enter step) {
    return EncodedStep.of(46);
  }

  @Override
  public EncodedStep countOomKills(CgroupStep.CountOomKills step) {
    return EncodedStep.of(
        44,
        step.directory(),
        step.file(),
        step.key(),
        step.limitFile(),
        step.text(),
        step.limitText());
  }
}
