package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.FailureTexts.texts;

/** What is said when a kept plan is executed as it is and does not fit. */
final class ReplayStepFailures implements ReplayStep.Cases<FailureTexts> {
  private static final String MADE = "the kept plan was made ";

  @Override
  public FailureTexts words(ReplayStep.Words step) {
    return texts(MADE + "for another command line");
  }

  @Override
  public FailureTexts callerFacts(ReplayStep.CallerFacts step) {
    return texts(MADE + "for another caller");
  }

  @Override
  public FailureTexts variables(ReplayStep.Variables step) {
    return texts(MADE + "with other environment variables");
  }

  @Override
  public FailureTexts link(ReplayStep.Link step) {
    return texts(MADE + "when " + step.path() + " led to " + step.target());
  }

  @Override
  public FailureTexts text(ReplayStep.Text step) {
    return texts(MADE + "when " + step.path() + " had another text");
  }

  @Override
  public FailureTexts accessible(ReplayStep.Accessible step) {
    return texts(MADE + "with other rights to " + step.path());
  }

  @Override
  public FailureTexts absent(ReplayStep.Absent step) {
    return texts(MADE + "when there was no " + step.path());
  }

  @Override
  public FailureTexts sameFile(ReplayStep.SameFile step) {
    return texts(MADE + "when " + step.path() + " was another file");
  }

  @Override
  public FailureTexts makeRecord(ReplayStep.MakeRecord step) {
    return texts("cannot make the container's record in " + step.directory());
  }
}
