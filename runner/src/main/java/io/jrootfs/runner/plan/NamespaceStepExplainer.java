package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;
import java.util.ArrayList;
import java.util.List;

/** The namespace steps in the words of a shell. */
final class NamespaceStepExplainer implements NamespaceStep.Cases<ImmutableList<String>> {
  private final LauncherFacts.UserNamespaceKind userNamespace;

  NamespaceStepExplainer(LauncherFacts.UserNamespaceKind userNamespace) {
    this.userNamespace = userNamespace;
  }

  @Override
  public ImmutableList<String> clone(NamespaceStep.Clone step) {
    List<String> words = new ArrayList<>(List.of("unshare"));
    if (userNamespace == LauncherFacts.UserNamespaceKind.SINGLE) {
      words.addAll(List.of("--user", "--map-root-user"));
    } else if (userNamespace == LauncherFacts.UserNamespaceKind.RANGES) {
      words.addAll(List.of("--user", "--map-root-user", "--map-auto"));
    }
    for (Namespace namespace : Namespace.values()) {
      if (step.namespaces().contains(namespace)) {
        words.add("--" + namespace.unshareOption());
      }
    }
    words.addAll(List.of("--fork", "--kill-child", "setsid", "sh"));
    return ImmutableList.of(command(words));
  }

  @Override
  public ImmutableList<String> mapIds(NamespaceStep.MapIds step) {
    return ImmutableList.of(
        "# meanwhile, from outside:",
        "# printf "
            + quoted(NamespaceStepEncoder.lines(step.mappings().gids()))
            + " >/proc/$!/gid_map",
        "# printf "
            + quoted(NamespaceStepEncoder.lines(step.mappings().uids()))
            + " >/proc/$!/uid_map");
  }

  @Override
  public ImmutableList<String> setHostname(NamespaceStep.SetHostname step) {
    return ImmutableList.of(command("hostname", step.hostname()));
  }

  @Override
  public ImmutableList<String> loopbackUp(NamespaceStep.LoopbackUp step) {
    return ImmutableList.of(command("ip", "link", "set", "lo", "up"));
  }
}
