package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.EncodedStep.MAX_ID;
import static io.jrootfs.runner.plan.EncodedStep.flag;
import static io.jrootfs.runner.plan.EncodedStep.inRange;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.spec.Lifetime;

/** The process steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class ProcessStepEncoder implements ProcessStep.Cases<EncodedStep> {
  private static final long MAX_SECONDS = 999_999_999;

  @Override
  public EncodedStep openTerminal(ProcessStep.OpenTerminal step) {
    return EncodedStep.of(9, ImmutableList.of(flag(step.console())));
  }

  @Override
  public EncodedStep workingDirectory(ProcessStep.WorkingDirectory step) {
    return EncodedStep.of(16, ImmutableList.of(flag(step.made())), step.path());
  }

  @Override
  public EncodedStep newKeyring(ProcessStep.NewKeyring step) {
    return EncodedStep.of(67);
  }

  @Override
  public EncodedStep credentials(ProcessStep.Credentials step) {
    ImmutableList.Builder<Long> numbers =
        ImmutableList.<Long>builder()
            .add(inRange("uid", step.uid(), MAX_ID))
            .add(inRange("gid", step.gid(), MAX_ID))
            .add(step.capabilities().mask())
            .add(step.ambient().mask())
            .add(flag(step.noNewPrivileges()));
    step.groups().forEach(group -> numbers.add(inRange("group", group, MAX_ID)));
    return EncodedStep.of(17, numbers.build());
  }

  @Override
  public EncodedStep inheritance(ProcessStep.Inheritance step) {
    return EncodedStep.of(22, ImmutableList.of(inRange("umask", step.umask(), 0777)));
  }

  @Override
  public EncodedStep seccomp(ProcessStep.Seccomp step) {
    return EncodedStep.of(
        23,
        ImmutableList.<Long>builder()
            .add((long) step.filter().flags())
            .addAll(step.filter().program().asList())
            .build());
  }

  @Override
  public EncodedStep exec(ProcessStep.Exec step) {
    if (step.candidates().isEmpty() || step.argv().isEmpty()) {
      throw new IllegalArgumentException("nothing to execute: " + step);
    }
    return new EncodedStep(
        18,
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of(step.candidates(), step.argv(), step.environment()));
  }

  @Override
  public EncodedStep limitTime(ProcessStep.LimitTime step) {
    Lifetime lifetime = step.lifetime();
    return EncodedStep.of(
        51,
        ImmutableList.of(
            inRange("timeout", lifetime.timeout(), MAX_SECONDS),
            (long) lifetime.stopSignal().number(),
            inRange("stop timeout", lifetime.stopTimeout(), MAX_SECONDS),
            inRange("exit status", step.exitStatus(), 255)));
  }

  @Override
  public EncodedStep raiseResourceLimit(ProcessStep.RaiseResourceLimit step) {
    return EncodedStep.of(
        52, ImmutableList.of((long) step.limit().resource().number(), step.limit().hard()));
  }

  @Override
  public EncodedStep limitResource(ProcessStep.LimitResource step) {
    return EncodedStep.of(
        53,
        ImmutableList.of(
            (long) step.limit().resource().number(), step.limit().soft(), step.limit().hard()));
  }

  @Override
  public EncodedStep adjustOomScore(ProcessStep.AdjustOomScore step) {
    return EncodedStep.of(54, Integer.toString(step.adjustment()));
  }

  @Override
  public EncodedStep stayAsInit(ProcessStep.StayAsInit step) {
    return EncodedStep.of(55);
  }
}
