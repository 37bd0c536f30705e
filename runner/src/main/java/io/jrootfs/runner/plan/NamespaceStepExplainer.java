package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.Sysctl;
import java.util.ArrayList;
import java.util.List;

/** The namespace steps in the words of a shell. */
final class NamespaceStepExplainer implements NamespaceStep.Cases<ImmutableList<String>> {
  /** What the launcher has done before the plan, until that has been told. */
  private ImmutableList<String> launchers;

  NamespaceStepExplainer(LauncherFacts.UserNamespaceKind userNamespace) {
    launchers =
        switch (userNamespace) {
          case SINGLE -> ImmutableList.of("--user", "--map-root-user");
          case RANGES -> ImmutableList.of("--user", "--map-root-user", "--map-auto");
          default -> ImmutableList.of();
        };
  }

  /** The lines, and before them, in a namespace of its own, what the launcher has done. */
  private ImmutableList<String> afterLaunchers(String... lines) {
    ImmutableList.Builder<String> all = ImmutableList.builder();
    if (!launchers.isEmpty()) {
      all.add(
          command(
              ImmutableList.<String>builder().add("unshare").addAll(launchers).add("sh").build()));
      launchers = ImmutableList.of();
    }
    return all.add(lines).build();
  }

  @Override
  public ImmutableList<String> clone(NamespaceStep.Clone step) {
    List<String> words = new ArrayList<>(List.of("unshare"));
    if (!step.namespaces().contains(Namespace.USER)) {
      words.addAll(launchers);
      launchers = ImmutableList.of();
    }
    for (Namespace namespace : Namespace.values()) {
      if (step.namespaces().contains(namespace)) {
        words.add("--" + namespace.unshareOption());
      }
    }
    words.addAll(List.of("--fork", "--kill-child", "setsid", "sh"));
    return afterLaunchers(command(words));
  }

  @Override
  public ImmutableList<String> enter(NamespaceStep.Enter step) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("exec", "nsenter", "--target=" + step.process().pid());
    step.namespaces().forEach(kind -> words.add("--" + kind.unshareOption()));
    return ImmutableList.of(command(words.add("sh").build()));
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
  public ImmutableList<String> join(NamespaceStep.Join step) {
    return afterLaunchers(
        command("nsenter", "--" + step.kind().unshareOption() + "=" + step.path(), "sh"));
  }

  /** unshare(1) takes whole seconds, so the offsets are written as the launcher does. */
  @Override
  public ImmutableList<String> offsetClocks(NamespaceStep.OffsetClocks step) {
    return afterLaunchers(
        command("unshare", "--time", "sh"),
        "printf " + quoted(step.offsets().lines()) + " >/proc/$$/timens_offsets");
  }

  @Override
  public ImmutableList<String> shiftRoot(NamespaceStep.ShiftRoot step) {
    String userNamespace = step.userNamespace().orElse("/proc/$!/ns/user");
    return afterLaunchers(
        "# the directory below is seen with the owners of "
            + userNamespace
            + ": mount -o bind,X-mount.idmap="
            + userNamespace
            + " "
            + quoted(step.directory())
            + " ...");
  }

  @Override
  public ImmutableList<String> setDomainName(NamespaceStep.SetDomainName step) {
    return ImmutableList.of(command("domainname", step.name()));
  }

  @Override
  public ImmutableList<String> setHostname(NamespaceStep.SetHostname step) {
    return ImmutableList.of(command("hostname", step.hostname()));
  }

  @Override
  public ImmutableList<String> loopbackUp(NamespaceStep.LoopbackUp step) {
    return ImmutableList.of(command("ip", "link", "set", "lo", "up"));
  }

  @Override
  public ImmutableList<String> setSysctl(NamespaceStep.SetSysctl step) {
    Sysctl sysctl = step.sysctl();
    return ImmutableList.of(command("sysctl", "-w", sysctl.name() + "=" + sysctl.value()));
  }
}
