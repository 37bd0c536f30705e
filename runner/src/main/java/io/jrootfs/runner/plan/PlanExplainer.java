package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;

/**
 * A launch plan in the words of a shell, for {@code --explain}: what a person would type to get the
 * same container. It is for reading, as a shell cannot do without races or tools of the image what
 * the launcher does by descriptors.
 */
public final class PlanExplainer {
  private PlanExplainer() {}

  /**
   * Explains a plan.
   *
   * @param userNamespace the namespace that the launcher is in already
   * @return lines of a POSIX shell script, in order
   */
  public static ImmutableList<String> explain(
      LaunchPlan plan, LauncherFacts.UserNamespaceKind userNamespace) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    ByFamily byFamily = new ByFamily(userNamespace);
    plan.steps().forEach(step -> lines.addAll(step.match(byFamily)));
    return lines.build();
  }

  private static final class ByFamily implements LaunchStep.Cases<ImmutableList<String>> {
    private final NamespaceStepExplainer namespaces;
    private final MountStepExplainer mounts;
    private final ProcessStepExplainer process;

    ByFamily(LauncherFacts.UserNamespaceKind userNamespace) {
      ShownRoot root = new ShownRoot();
      namespaces = new NamespaceStepExplainer(userNamespace);
      mounts = new MountStepExplainer(root);
      process = new ProcessStepExplainer(root);
    }

    @Override
    public ImmutableList<String> cgroup(CgroupStep step) {
      return step.match(new CgroupStepExplainer());
    }

    @Override
    public ImmutableList<String> namespace(NamespaceStep step) {
      return step.match(namespaces);
    }

    @Override
    public ImmutableList<String> mount(MountStep step) {
      return step.match(mounts);
    }

    @Override
    public ImmutableList<String> process(ProcessStep step) {
      return step.match(process);
    }

    @Override
    public ImmutableList<String> lifecycle(LifecycleStep step) {
      return step.match(new LifecycleStepExplainer());
    }

    @Override
    public ImmutableList<String> network(NetworkStep step) {
      return step.match(new NetworkStepExplainer());
    }

    @Override
    public ImmutableList<String> replay(ReplayStep step) {
      return step.match(new ReplayStepExplainer());
    }
  }
}
