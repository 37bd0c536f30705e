package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;

/**
 * Everything the launcher does, in order. The launcher has no policy and no defaults: what is not a
 * step does not happen.
 *
 * <p>The first step is {@link LaunchStep.Clone}; all later ones run in the new process, up to the
 * {@link LaunchStep.Exec} that ends the list.
 *
 * @param steps in order
 */
public record LaunchPlan(ImmutableList<LaunchStep> steps) {
  /**
   * @throws IllegalArgumentException unless the only Clone comes first and the only Exec last
   */
  public LaunchPlan {
    for (int i = 0; i < steps.size(); i++) {
      LaunchStep step = steps.get(i);
      if ((step instanceof LaunchStep.Clone) != (i == 0)
          || (step instanceof LaunchStep.Exec) != (i == steps.size() - 1)) {
        throw new IllegalArgumentException("step " + i + " out of place: " + step);
      }
    }
    if (steps.size() < 2) {
      throw new IllegalArgumentException("a plan needs a Clone and an Exec");
    }
  }
}
