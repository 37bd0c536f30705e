package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;

/**
 * What the launcher does to start a container, or another process in one.
 *
 * <p>The steps before the one {@link NamespaceStep.Clone} and those right behind it that act on the
 * new process from outside (such as {@link NamespaceStep.MapIds}) are taken by the launcher itself;
 * all others by the new process, up to the {@link ProcessStep.Exec} that ends the list.
 *
 * @param steps in order
 */
public record LaunchPlan(ImmutableList<LaunchStep> steps) {
  /**
   * @throws IllegalArgumentException unless there is one Clone or Enter, one Exec, which is the
   *     last step, and a MapIds exactly if there is a new user namespace, whose root would
   *     otherwise be nobody
   */
  public LaunchPlan {
    ImmutableList<NamespaceStep.Clone> clones = only(NamespaceStep.Clone.class, steps);
    int entries = only(NamespaceStep.Enter.class, steps).size();
    if (clones.size() + entries != 1
        || only(ProcessStep.Exec.class, steps).size() != 1
        || !(steps.get(steps.size() - 1) instanceof ProcessStep.Exec)) {
      throw new IllegalArgumentException(
          "a plan needs one Clone or Enter, and one Exec at its end");
    }
    boolean userNamespace = entries == 0 && clones.get(0).namespaces().contains(Namespace.USER);
    if (only(NamespaceStep.MapIds.class, steps).size() != (userNamespace ? 1 : 0)) {
      throw new IllegalArgumentException("a new user namespace and a MapIds need each other");
    }
  }

  /** This plan with steps that are taken before all others. */
  public LaunchPlan after(ImmutableList<LifecycleStep> first) {
    return new LaunchPlan(ImmutableList.<LaunchStep>builder().addAll(first).addAll(steps).build());
  }

  /** This plan as one that is kept. */
  public LaunchPlan kept(ImmutableList<ReplayStep> conditions, ReplayStep.MakeRecord record) {
    return new LaunchPlan(
        ImmutableList.<LaunchStep>builder().addAll(conditions).add(record).addAll(steps).build());
  }

  /** This plan with steps that are taken once there is the new process, and before it begins. */
  public LaunchPlan behindClone(ImmutableList<LifecycleStep> more) {
    ImmutableList.Builder<LaunchStep> all = ImmutableList.builder();
    for (LaunchStep step : steps) {
      all.add(step);
      if (step instanceof NamespaceStep.Clone) {
        all.addAll(more);
      }
    }
    return new LaunchPlan(all.build());
  }

  /** This plan on a network, with a file of its own for the names of others there. */
  public LaunchPlan connected(NetworkSteps network) {
    ImmutableList.Builder<LaunchStep> all = ImmutableList.builder();
    all.addAll(network.before());
    boolean mounting = false;
    for (LaunchStep step : steps) {
      // What the user mounts on it comes later and so on top.
      if (!mounting && (step instanceof MountStep.MountFilesystem)) {
        mounting = true;
        all.addAll(network.mounts());
      }
      all.add(step);
      if (step instanceof NamespaceStep.Clone) {
        all.addAll(network.behindClone());
      }
      if (step instanceof NamespaceStep.LoopbackUp) {
        all.addAll(network.inside());
      }
    }
    return new LaunchPlan(all.build());
  }

  private static <T extends LaunchStep> ImmutableList<T> only(
      Class<T> kind, ImmutableList<LaunchStep> steps) {
    return steps.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .collect(ImmutableList.toImmutableList());
  }
}
