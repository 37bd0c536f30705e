package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.state.ProcessIdentity;

/** The lifecycle steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class LifecycleStepEncoder implements LifecycleStep.Cases<EncodedStep> {
  @Override
  public EncodedStep keepRecord(LifecycleStep.KeepRecord step) {
    return EncodedStep.of(
        60, ImmutableList.of(EncodedStep.flag(step.removed())), step.directory().toString());
  }

  @Override
  public EncodedStep keepLog(LifecycleStep.KeepLog step) {
    return EncodedStep.of(
        61, ImmutableList.of(step.maxSize(), (long) step.files()), step.directory().toString());
  }

  @Override
  public EncodedStep detach(LifecycleStep.Detach step) {
    return EncodedStep.of(62, step.says());
  }

  @Override
  public EncodedStep detachKeys(LifecycleStep.DetachKeys step) {
    return EncodedStep.of(79, codes(step.keys()));
  }

  @Override
  public EncodedStep serveAttachers(LifecycleStep.ServeAttachers step) {
    return EncodedStep.of(
        80,
        ImmutableList.of(EncodedStep.flag(step.input()), EncodedStep.flag(step.streams())),
        step.directory().toString());
  }

  @Override
  public EncodedStep attach(LifecycleStep.Attach step) {
    return EncodedStep.of(
        81,
        numbers(step.launcher())
            .add(
                EncodedStep.flag(step.terminal()),
                EncodedStep.flag(step.input()),
                EncodedStep.flag(step.signals()))
            .addAll(codes(step.keys()))
            .build(),
        step.directory().toString());
  }

  private static ImmutableList<Long> codes(ImmutableList<Integer> keys) {
    return keys.stream()
        .map(code -> EncodedStep.inRange("key", code, 0x7f))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public EncodedStep signalProcess(LifecycleStep.SignalProcess step) {
    return EncodedStep.of(63, numbers(step.process()).add((long) step.signal().number()).build());
  }

  @Override
  public EncodedStep stop(LifecycleStep.Stop step) {
    return EncodedStep.of(
        64,
        numbers(step.first(), step.launcher())
            .add((long) step.signal().number())
            .add(step.timeout())
            .build());
  }

  @Override
  public EncodedStep awaitEnd(LifecycleStep.AwaitEnd step) {
    return EncodedStep.of(
        65,
        numbers(step.launcher()).add(EncodedStep.flag(step.prints())).build(),
        step.directory().toString());
  }

  @Override
  public EncodedStep thaw(LifecycleStep.Thaw step) {
    return EncodedStep.of(76, step.directory());
  }

  @Override
  public EncodedStep removeRecord(LifecycleStep.RemoveRecord step) {
    return EncodedStep.of(77, numbers(step.launcher()).build(), step.directory().toString());
  }

  @Override
  public EncodedStep printName(LifecycleStep.PrintName step) {
    return EncodedStep.of(84, step.name());
  }

  @Override
  public EncodedStep refuse(LifecycleStep.Refuse step) {
    return EncodedStep.of(85);
  }

  @Override
  public EncodedStep writePidFile(LifecycleStep.WritePidFile step) {
    return EncodedStep.of(78, step.file().toString());
  }

  @Override
  public EncodedStep holdBundle(LifecycleStep.HoldBundle step) {
    return EncodedStep.of(71, step.file().toString());
  }

  @Override
  public EncodedStep removeAtEnd(LifecycleStep.RemoveAtEnd step) {
    return EncodedStep.of(72, step.directory().toString());
  }

  private static ImmutableList.Builder<Long> numbers(ProcessIdentity... processes) {
    ImmutableList.Builder<Long> numbers = ImmutableList.builder();
    for (ProcessIdentity process : processes) {
      numbers.add(process.pid(), process.start());
    }
    return numbers;
  }
}
