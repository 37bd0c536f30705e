package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.runner.state.ProcessIdentity;
import java.util.stream.Collectors;

/** The lifecycle steps in the words of a shell. */
final class LifecycleStepExplainer implements LifecycleStep.Cases<ImmutableList<String>> {
  @Override
  public ImmutableList<String> keepRecord(LifecycleStep.KeepRecord step) {
    String directory = step.directory().toString();
    return ImmutableList.of(
        command("mkdir", "-p", directory)
            + " # where 'jrun ps' looks; "
            + (step.removed() ? "removed at the end" : "kept until 'jrun rm'"));
  }

  @Override
  public ImmutableList<String> keepLog(LifecycleStep.KeepLog step) {
    return ImmutableList.of(
        "exec >"
            + Shell.quoted(step.directory().resolve("log").toString())
            + " 2>&1 # "
            + step.files()
            + " files of at most "
            + step.maxSize()
            + " bytes");
  }

  @Override
  public ImmutableList<String> detach(LifecycleStep.Detach step) {
    return ImmutableList.of("# the rest by setsid(1) in the background; then: " + step.says());
  }

  @Override
  public ImmutableList<String> detachKeys(LifecycleStep.DetachKeys step) {
    return ImmutableList.of(
        "# typed on this terminal, "
            + step.keys().stream().map(LifecycleStepExplainer::key).collect(Collectors.joining(","))
            + " leaves the container alone");
  }

  @Override
  public ImmutableList<String> serveAttachers(LifecycleStep.ServeAttachers step) {
    return ImmutableList.of(
        "# for 'jrun attach': " + Shell.quoted(step.directory().resolve("attach").toString()));
  }

  @Override
  public ImmutableList<String> attach(LifecycleStep.Attach step) {
    return ImmutableList.of(
        "socat STDIO UNIX-CONNECT:"
            + Shell.quoted(step.directory().resolve("attach").toString())
            + ",type=5 # in messages");
  }

  /** As the user writes it. */
  private static String key(int code) {
    if (code == 0x7f) {
      return "DEL";
    }
    return code < ' '
        ? "ctrl-" + Character.toLowerCase((char) (code + '@'))
        : Character.toString((char) code);
  }

  @Override
  public ImmutableList<String> signalProcess(LifecycleStep.SignalProcess step) {
    return ImmutableList.of(kill(step.signal(), step.process()));
  }

  @Override
  public ImmutableList<String> stop(LifecycleStep.Stop step) {
    return ImmutableList.of(
        kill(step.signal(), step.launcher()),
        "# after " + step.timeout() + " s: " + kill(new Signal(9), step.first()));
  }

  @Override
  public ImmutableList<String> awaitEnd(LifecycleStep.AwaitEnd step) {
    String wait = "waitpid " + step.launcher().pid();
    return step.prints()
        ? ImmutableList.of(wait, command("cat", step.directory().resolve("end").toString()))
        : ImmutableList.of(wait);
  }

  @Override
  public ImmutableList<String> thaw(LifecycleStep.Thaw step) {
    return ImmutableList.of("# thaw " + Shell.quoted(step.directory()));
  }

  @Override
  public ImmutableList<String> removeRecord(LifecycleStep.RemoveRecord step) {
    return ImmutableList.of(command("rm", "-r", step.directory().toString()));
  }

  @Override
  public ImmutableList<String> printName(LifecycleStep.PrintName step) {
    return step.name().isEmpty()
        ? ImmutableList.of()
        : ImmutableList.of(command("echo", step.name()));
  }

  @Override
  public ImmutableList<String> refuse(LifecycleStep.Refuse step) {
    return ImmutableList.of(command("echo", step.sentence()) + " >&2; false");
  }

  @Override
  public ImmutableList<String> writePidFile(LifecycleStep.WritePidFile step) {
    return ImmutableList.of("echo $pid >" + Shell.quoted(step.file().toString()));
  }

  @Override
  public ImmutableList<String> holdBundle(LifecycleStep.HoldBundle step) {
    return ImmutableList.of(
        "exec 9<"
            + Shell.quoted(step.file().toString())
            + "; flock --shared 9 # in use: not pruned");
  }

  @Override
  public ImmutableList<String> removeAtEnd(LifecycleStep.RemoveAtEnd step) {
    return ImmutableList.of(
        "trap " + Shell.quoted(command("rm", "-rf", step.directory().toString())) + " EXIT");
  }

  private static String kill(Signal signal, ProcessIdentity process) {
    return "kill -" + signal.word() + " " + process.pid();
  }
}
