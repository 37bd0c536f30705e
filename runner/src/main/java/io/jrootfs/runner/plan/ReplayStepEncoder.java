package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import java.util.Collections;

/** The replay steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class ReplayStepEncoder implements ReplayStep.Cases<EncodedStep> {
  private static final long ABSENT = 0;
  private static final long SAME = 1;
  private static final long UNCHANGED = 2;

  /** What says all of a file. */
  private static final int WHOLE_IDENTITY = 7;

  @Override
  public EncodedStep words(ReplayStep.Words step) {
    return new EncodedStep(
        92,
        ImmutableList.of((long) step.replaced(), EncodedStep.flag(step.othersFollow())),
        ImmutableList.of(),
        ImmutableList.of(step.words()));
  }

  @Override
  public EncodedStep callerFacts(ReplayStep.CallerFacts step) {
    return EncodedStep.of(93, step.facts());
  }

  @Override
  public EncodedStep variables(ReplayStep.Variables step) {
    return new EncodedStep(
        94, ImmutableList.of(), ImmutableList.of(), ImmutableList.of(step.entries()));
  }

  @Override
  public EncodedStep link(ReplayStep.Link step) {
    return EncodedStep.of(95, step.path(), step.target());
  }

  @Override
  public EncodedStep text(ReplayStep.Text step) {
    return EncodedStep.of(96, step.path(), step.filter(), step.text());
  }

  @Override
  public EncodedStep accessible(ReplayStep.Accessible step) {
    return EncodedStep.of(
        97,
        ImmutableList.of(
            EncodedStep.flag(step.access() == ReplayStep.Access.WRITE),
            EncodedStep.flag(step.given())),
        step.path());
  }

  @Override
  public EncodedStep absent(ReplayStep.Absent step) {
    return file(step.path(), ABSENT, ImmutableList.of());
  }

  @Override
  public EncodedStep sameFile(ReplayStep.SameFile step) {
    return file(
        step.path(),
        step.identity().length() == WHOLE_IDENTITY ? UNCHANGED : SAME,
        ImmutableList.copyOf(step.identity().asList()));
  }

  private static EncodedStep file(String path, long kind, ImmutableList<Long> identity) {
    return EncodedStep.of(
        98,
        ImmutableList.<Long>builder()
            .add(kind)
            .addAll(identity)
            .addAll(Collections.nCopies(WHOLE_IDENTITY - identity.size(), 0L))
            .build(),
        path);
  }

  @Override
  public EncodedStep makeRecord(ReplayStep.MakeRecord step) {
    return new EncodedStep(
        99,
        ImmutableList.of(),
        ImmutableList.of(step.directory().toString(), step.id()),
        ImmutableList.of(step.files().keySet().asList(), step.files().values().asList()));
  }
}
