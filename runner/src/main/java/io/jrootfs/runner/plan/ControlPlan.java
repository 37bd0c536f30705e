package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;

/**
 * What the launcher does with containers that run, instead of starting one.
 *
 * @param steps in order; the first that fails is the last
 */
public record ControlPlan(ImmutableList<LifecycleStep> steps) {
  /**
   * @throws IllegalArgumentException without steps, or if one belongs to a container's start
   */
  public ControlPlan {
    boolean isOne = !steps.isEmpty();
    for (LifecycleStep step : steps) {
      isOne &=
          !(step instanceof LifecycleStep.KeepRecord
              || step instanceof LifecycleStep.KeepLog
              || step instanceof LifecycleStep.DetachKeys
              || step instanceof LifecycleStep.ServeAttachers
              || step instanceof LifecycleStep.Detach
              || step instanceof LifecycleStep.WritePidFile);
    }
    if (!isOne) {
      throw new IllegalArgumentException("a control plan acts on containers that run");
    }
  }
}
