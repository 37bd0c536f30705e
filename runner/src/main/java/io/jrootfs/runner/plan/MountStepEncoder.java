package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.EncodedStep.attributes;
import static io.jrootfs.runner.plan.EncodedStep.flag;
import static io.jrootfs.runner.plan.EncodedStep.inRange;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.spec.Device;

/** The mount steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class MountStepEncoder implements MountStep.Cases<EncodedStep> {
  /** linux/stat.h. */
  private static final long S_IFCHR = 0020000;

  private static final long S_IFBLK = 0060000;

  @Override
  public EncodedStep openSource(MountStep.OpenSource step) {
    return EncodedStep.of(20, ImmutableList.of(flag(step.recursive())), step.source());
  }

  @Override
  public EncodedStep writeFile(MountStep.WriteFile step) {
    return EncodedStep.of(
        21,
        ImmutableList.of(
            inRange("mode", step.mode(), 0777),
            (long) Errno.EACCES.number(),
            (long) Errno.EOVERFLOW.number()),
        step.path(),
        step.content());
  }

  @Override
  public EncodedStep slaveRoot(MountStep.SlaveRoot step) {
    return EncodedStep.of(2);
  }

  @Override
  public EncodedStep mountIndex(MountStep.MountIndex step) {
    return new EncodedStep(
        68,
        ImmutableList.of(),
        ImmutableList.of(step.index(), step.mountPoint()),
        ImmutableList.of(step.layers(), ImmutableList.copyOf(step.image().stream().iterator())));
  }

  @Override
  public EncodedStep overlayRoot(MountStep.OverlayRoot step) {
    return EncodedStep.of(
        3, ImmutableList.of(flag(step.userXattr())), step.lower(), step.mountPoint());
  }

  @Override
  public EncodedStep mountFilesystem(MountStep.MountFilesystem step) {
    return new EncodedStep(
        4,
        ImmutableList.of(
            attributes(step.flags()), flag(step.followLinks()), flag(step.keepsMode())),
        ImmutableList.of(step.type(), step.target()),
        ImmutableList.of(step.options()));
  }

  @Override
  public EncodedStep bindMount(MountStep.BindMount step) {
    return EncodedStep.of(
        5,
        ImmutableList.of(
            attributes(step.flags()),
            flag(step.recursive()),
            attributes(step.cleared()),
            (long) step.propagation().mountFlag()),
        step.source(),
        step.target());
  }

  @Override
  public EncodedStep makeDirectory(MountStep.MakeDirectory step) {
    return EncodedStep.of(6, ImmutableList.of(inRange("mode", step.mode(), 01777)), step.path());
  }

  @Override
  public EncodedStep makeSymlink(MountStep.MakeSymlink step) {
    return EncodedStep.of(7, step.path(), step.target());
  }

  @Override
  public EncodedStep makeDevice(MountStep.MakeDevice step) {
    return EncodedStep.of(
        8,
        ImmutableList.of(
            step.type() == Device.Type.BLOCK ? S_IFBLK : S_IFCHR,
            inRange("mode", step.mode(), 07777),
            inRange("uid", step.uid() & 0xffff_ffffL, EncodedStep.MAX_ID),
            inRange("gid", step.gid() & 0xffff_ffffL, EncodedStep.MAX_ID),
            inRange("major", step.major(), 0xfff),
            inRange("minor", step.minor(), 0xf_ffff)),
        step.path());
  }

  @Override
  public EncodedStep maskPath(MountStep.MaskPath step) {
    return EncodedStep.of(10, step.path());
  }

  @Override
  public EncodedStep readOnlyPath(MountStep.ReadOnlyPath step) {
    return EncodedStep.of(11, step.path());
  }

  @Override
  public EncodedStep readOnlyRoot(MountStep.ReadOnlyRoot step) {
    return EncodedStep.of(12);
  }

  @Override
  public EncodedStep remountReadOnly(MountStep.RemountReadOnly step) {
    return EncodedStep.of(45, step.path());
  }

  @Override
  public EncodedStep pivotRoot(MountStep.PivotRoot step) {
    return EncodedStep.of(13);
  }
}
