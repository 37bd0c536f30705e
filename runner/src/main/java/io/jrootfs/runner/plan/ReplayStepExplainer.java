package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;

import com.google.common.collect.ImmutableList;

/** The replay steps in the words of a shell: conditions as comments. */
final class ReplayStepExplainer implements ReplayStep.Cases<ImmutableList<String>> {
  private static ImmutableList<String> condition(String what) {
    return ImmutableList.of("# only if " + what);
  }

  @Override
  public ImmutableList<String> words(ReplayStep.Words step) {
    return condition(
        "the command line "
            + (step.othersFollow() ? "begins with " : "is ")
            + Shell.quoted(String.join(" ", step.words())));
  }

  @Override
  public ImmutableList<String> callerFacts(ReplayStep.CallerFacts step) {
    return condition("the caller is " + step.facts());
  }

  @Override
  public ImmutableList<String> variables(ReplayStep.Variables step) {
    return condition("the environment has " + Shell.quoted(String.join(" ", step.entries())));
  }

  @Override
  public ImmutableList<String> link(ReplayStep.Link step) {
    return condition(step.path() + " leads to " + step.target());
  }

  @Override
  public ImmutableList<String> text(ReplayStep.Text step) {
    return condition(
        step.path()
            + (step.filter().isEmpty() ? "" : ", lines with '" + step.filter() + "',")
            + " is as it was");
  }

  @Override
  public ImmutableList<String> accessible(ReplayStep.Accessible step) {
    String access = step.access() == ReplayStep.Access.WRITE ? "written" : "read";
    return condition(step.path() + (step.given() ? " can be " : " cannot be ") + access);
  }

  @Override
  public ImmutableList<String> absent(ReplayStep.Absent step) {
    return condition("there is no " + step.path());
  }

  @Override
  public ImmutableList<String> sameFile(ReplayStep.SameFile step) {
    return condition(step.path() + " is the file that it was");
  }

  @Override
  public ImmutableList<String> makeRecord(ReplayStep.MakeRecord step) {
    return ImmutableList.of(command("mkdir", step.directory().toString()));
  }
}
