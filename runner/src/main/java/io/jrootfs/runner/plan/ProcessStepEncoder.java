package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.EncodedStep.MAX_ID;
import static io.jrootfs.runner.plan.EncodedStep.flag;
import static io.jrootfs.runner.plan.EncodedStep.inRange;

import com.google.common.collect.ImmutableList;

/** The process steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class ProcessStepEncoder implements ProcessStep.Cases<EncodedStep> {
  @Override
  public EncodedStep openTerminal(ProcessStep.OpenTerminal step) {
    return EncodedStep.of(9);
  }

  @Override
  public EncodedStep workingDirectory(ProcessStep.WorkingDirectory step) {
    return EncodedStep.of(16, step.path());
  }

  @Override
  public EncodedStep credentials(ProcessStep.Credentials step) {
    ImmutableList.Builder<Long> numbers =
        ImmutableList.<Long>builder()
            .add(inRange("uid", step.uid(), MAX_ID))
            .add(inRange("gid", step.gid(), MAX_ID))
            .add(step.capabilities().mask())
            .add(flag(step.noNewPrivileges()));
    step.groups().forEach(group -> numbers.add(inRange("group", group, MAX_ID)));
    return EncodedStep.of(17, numbers.build());
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
}
