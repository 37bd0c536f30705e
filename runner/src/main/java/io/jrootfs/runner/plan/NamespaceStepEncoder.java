package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.Namespace;
import java.util.stream.Collectors;

/** The namespace steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class NamespaceStepEncoder implements NamespaceStep.Cases<EncodedStep> {
  @Override
  public EncodedStep clone(NamespaceStep.Clone step) {
    if (!step.namespaces().contains(Namespace.MOUNT)) {
      throw new IllegalArgumentException(
          "a plan's namespaces must include mount: " + step.namespaces());
    }
    long flags =
        step.namespaces().stream().mapToLong(Namespace::cloneFlag).reduce(0, (a, b) -> a | b);
    return EncodedStep.of(1, ImmutableList.of(flags));
  }

  @Override
  public EncodedStep mapIds(NamespaceStep.MapIds step) {
    return EncodedStep.of(19, lines(step.mappings().uids()), lines(step.mappings().gids()));
  }

  static String lines(ImmutableList<IdMapping> mappings) {
    return mappings.stream().map(IdMapping::line).collect(Collectors.joining());
  }

  @Override
  public EncodedStep setHostname(NamespaceStep.SetHostname step) {
    return EncodedStep.of(14, step.hostname());
  }

  @Override
  public EncodedStep loopbackUp(NamespaceStep.LoopbackUp step) {
    return EncodedStep.of(15);
  }
}
