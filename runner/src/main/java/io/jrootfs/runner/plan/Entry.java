package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.ContainerProcess;
import io.jrootfs.runner.state.ProcessIdentity;
import java.util.Optional;

/**
 * Another process for a container that runs.
 *
 * @param container what it is called
 * @param first its first process
 * @param namespaces those that are not ours
 * @param cgroups those that were made for it
 * @param process what runs there
 * @param seccomp what decides about its system calls; empty: nothing does
 */
public record Entry(
    String container,
    ProcessIdentity first,
    ImmutableSet<Namespace> namespaces,
    ImmutableList<CgroupStep.Join> cgroups,
    ContainerProcess process,
    Optional<SeccompFilter> seccomp) {

  /** The steps that bring it there. Nothing is made but the process. */
  public LaunchPlan plan() {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    // On the launcher itself while it is who has called it: the process inherits that.
    steps.addAll(cgroups).addAll(ProcessSteps.fromOutside(process));
    steps.add(new NamespaceStep.Enter(container, first, namespaces));
    if (process.terminal()) {
      steps.add(new ProcessStep.OpenTerminal(false));
    }
    steps.add(new ProcessStep.WorkingDirectory(process.cwd(), false));
    return new LaunchPlan(steps.addAll(ProcessSteps.of(process, seccomp, "")).build());
  }
}
