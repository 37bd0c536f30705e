package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.Abi;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The process steps in the words of a shell. */
final class ProcessStepExplainer implements ProcessStep.Cases<ImmutableList<String>> {
  private final ShownRoot root;

  ProcessStepExplainer(ShownRoot root) {
    this.root = root;
  }

  @Override
  public ImmutableList<String> openTerminal(ProcessStep.OpenTerminal step) {
    String pts = root.path("/dev/pts/0");
    ImmutableList<String> lines =
        ImmutableList.of(
            "# a new terminal from "
                + quoted(root.path("/dev/pts/ptmx"))
                + ", relayed to this one:",
            "exec <>" + quoted(pts) + " >&0 2>&0",
            command("touch", root.path("/dev/console")),
            command("mount", "--bind", pts, root.path("/dev/console")));
    return step.console() ? lines : lines.subList(0, 2);
  }

  @Override
  public ImmutableList<String> workingDirectory(ProcessStep.WorkingDirectory step) {
    String path = quoted(root.path(step.path()));
    return ImmutableList.of(
        step.made() ? "mkdir -p %s && cd %s".formatted(path, path) : "cd " + path);
  }

  @Override
  public ImmutableList<String> newKeyring(ProcessStep.NewKeyring step) {
    return ImmutableList.of(command("exec", "keyctl", "session", "-", "sh"));
  }

  @Override
  public ImmutableList<String> credentials(ProcessStep.Credentials step) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "exec",
                "setpriv",
                "--reuid=" + step.uid(),
                "--regid=" + step.gid(),
                step.groups().isEmpty()
                    ? "--clear-groups"
                    : "--groups="
                        + step.groups().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(",")),
                "--bounding-set=" + capabilities(step.capabilities()),
                "--inh-caps=" + capabilities(step.ambient()),
                "--ambient-caps=" + capabilities(step.ambient())));
    if (step.noNewPrivileges()) {
      words.add("--no-new-privs");
    }
    words.add("sh");
    return ImmutableList.of(command(words));
  }

  @Override
  public ImmutableList<String> inheritance(ProcessStep.Inheritance step) {
    return ImmutableList.of(String.format(Locale.ROOT, "umask %04o", step.umask()));
  }

  @Override
  public ImmutableList<String> seccomp(ProcessStep.Seccomp step) {
    SeccompFilter.Summary summary = step.filter().summary();
    String others =
        summary.newerAreUnknown()
            ? "all others %s, later ones errno 38".formatted(summary.defaultAction())
            : "all others " + summary.defaultAction();
    return ImmutableList.of(
        "# a seccomp filter of %d instructions for %s:"
            .formatted(
                step.filter().program().length(),
                summary.abis().stream().map(Abi::architecture).collect(Collectors.joining(", "))),
        "#   %d calls by number, %d by arguments, %s"
            .formatted(summary.always(), summary.byArguments(), others));
  }

  @Override
  public ImmutableList<String> exec(ProcessStep.Exec step) {
    List<String> words = new ArrayList<>(List.of("exec", "env", "-i"));
    words.addAll(step.environment());
    words.add(step.candidates().get(0));
    words.addAll(step.argv().subList(1, step.argv().size()));
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    if (step.candidates().size() > 1) {
      lines.add(
          "# the first that exists of: "
              + step.candidates().stream().map(Shell::quoted).collect(Collectors.joining(" ")));
    }
    return lines.add(command(words)).build();
  }

  @Override
  public ImmutableList<String> limitTime(ProcessStep.LimitTime step) {
    Lifetime lifetime = step.lifetime();
    return ImmutableList.of(
        "# "
            + command(
                "timeout",
                "--signal=" + lifetime.stopSignal().word(),
                "--kill-after=" + lifetime.stopTimeout(),
                Long.toString(lifetime.timeout()))
            + " all that follows; exit status "
            + step.exitStatus()
            + " if it comes to that");
  }

  @Override
  public ImmutableList<String> raiseResourceLimit(ProcessStep.RaiseResourceLimit step) {
    ResourceLimit limit = step.limit();
    return ImmutableList.of(
        "# meanwhile, from outside:",
        "# prlimit --pid $! --%s=:%s"
            .formatted(limit.resource().word(), ResourceLimit.text(limit.hard())));
  }

  @Override
  public ImmutableList<String> limitResource(ProcessStep.LimitResource step) {
    return ImmutableList.of("prlimit --pid $$ --" + step.limit());
  }

  @Override
  public ImmutableList<String> adjustOomScore(ProcessStep.AdjustOomScore step) {
    return ImmutableList.of(
        "# meanwhile, from outside:", "# choom --pid $! --adjust " + step.adjustment());
  }

  @Override
  public ImmutableList<String> stayAsInit(ProcessStep.StayAsInit step) {
    return ImmutableList.of(
        "# the command will be a child of jrun's own init, which reaps and passes signals on");
  }

  private static String capabilities(CapabilitySet set) {
    return set.capabilities().stream()
        .map(capability -> ",+" + capability.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("", "-all", ""));
  }
}
