package io.jrootfs.runner.plan;

/** One thing the launcher does. */
public sealed interface LaunchStep
    permits CgroupStep,
        NamespaceStep,
        MountStep,
        ProcessStep,
        LifecycleStep,
        NetworkStep,
        ReplayStep {

  /** Every consumer handles every family of steps, and in it every step. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each family of steps.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R cgroup(CgroupStep step);

    R namespace(NamespaceStep step);

    R mount(MountStep step);

    R process(ProcessStep step);

    R lifecycle(LifecycleStep step);

    R network(NetworkStep step);

    R replay(ReplayStep step);
  }
}
