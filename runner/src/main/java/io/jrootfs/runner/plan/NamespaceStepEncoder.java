package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.Sysctl;
import java.util.stream.Collectors;

/** The namespace steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class NamespaceStepEncoder implements NamespaceStep.Cases<EncodedStep> {
  @Override
  public EncodedStep clone(NamespaceStep.Clone step) {
    if (!step.namespaces().contains(Namespace.MOUNT)) {
      throw new IllegalArgumentException(
          "a plan's namespaces must include mount: " + step.namespaces());
    }
    return EncodedStep.of(1, ImmutableList.of(flags(step.namespaces())));
  }

  private static long flags(ImmutableSet<Namespace> namespaces) {
    return namespaces.stream().mapToLong(Namespace::cloneFlag).reduce(0, (a, b) -> a | b);
  }

  @Override
  public EncodedStep enter(NamespaceStep.Enter step) {
    return EncodedStep.of(
        66,
        ImmutableList.of(step.process().pid(), step.process().start(), flags(step.namespaces())));
  }

  @Override
  public EncodedStep mapIds(NamespaceStep.MapIds step) {
    return EncodedStep.of(19, lines(step.mappings().uids()), lines(step.mappings().gids()));
  }

  @Override
  public EncodedStep join(NamespaceStep.Join step) {
    if (step.kind() == Namespace.MOUNT || step.kind() == Namespace.TIME) {
      throw new IllegalArgumentException("no plan joins a namespace of kind " + step.kind());
    }
    return EncodedStep.of(24, ImmutableList.of((long) step.kind().cloneFlag()), step.path());
  }

  @Override
  public EncodedStep offsetClocks(NamespaceStep.OffsetClocks step) {
    return EncodedStep.of(25, step.offsets().lines());
  }

  @Override
  public EncodedStep shiftRoot(NamespaceStep.ShiftRoot step) {
    return EncodedStep.of(26, step.directory(), step.userNamespace().orElse(""));
  }

  @Override
  public EncodedStep setDomainName(NamespaceStep.SetDomainName step) {
    return EncodedStep.of(27, step.name());
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

  @Override
  public EncodedStep setSysctl(NamespaceStep.SetSysctl step) {
    Sysctl sysctl = step.sysctl();
    long flag = sysctl.namespace().cloneFlag();
    return EncodedStep.of(50, ImmutableList.of(flag), "sys/" + sysctl.name(), sysctl.value());
  }
}
