package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;

/**
 * What the launcher does with containers that run, instead of starting one.
 *
 * @param steps in order. What is about one container ends with a {@link LifecycleStep.PrintName},
 *     {@link LifecycleStep.AwaitEnd} or {@link LifecycleStep.Refuse}; after a failure that of the
 *     next one goes on
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
