package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.capability.CapabilitySet;
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
    return ImmutableList.of(
        "# a new terminal from " + quoted(root.path("/dev/pts/ptmx")) + ", relayed to this one:",
        "exec <>" + quoted(pts) + " >&0 2>&0",
        command("touch", root.path("/dev/console")),
        command("mount", "--bind", pts, root.path("/dev/console")));
  }

  @Override
  public ImmutableList<String> workingDirectory(ProcessStep.WorkingDirectory step) {
    String path = quoted(root.path(step.path()));
    return ImmutableList.of("mkdir -p %s && cd %s".formatted(path, path));
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
                "--inh-caps=-all",
                "--ambient-caps=-all"));
    if (step.noNewPrivileges()) {
      words.add("--no-new-privs");
    }
    words.add("sh");
    return ImmutableList.of(command(words));
  }

  @Override
  public ImmutableList<String> exec(ProcessStep.Exec step) {
    List<String> words = new ArrayList<>(List.of("exec", "env", "-i"));
    words.addAll(step.environment());
    words.add(step.candidates().get(0));
    words.addAll(step.argv().subList(1, step.argv().size()));
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    lines.add("umask 0022");
    if (step.candidates().size() > 1) {
      lines.add(
          "# the first that exists of: "
              + step.candidates().stream().map(Shell::quoted).collect(Collectors.joining(" ")));
    }
    return lines.add(command(words)).build();
  }

  private static String capabilities(CapabilitySet set) {
    return set.capabilities().stream()
        .map(capability -> ",+" + capability.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("", "-all", ""));
  }
}
