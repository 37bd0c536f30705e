package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;

/** A step that makes or changes a namespace of the container. */
public sealed interface NamespaceStep extends LaunchStep {

  /**
   * Starts the container's first process in new namespaces: clone3(2).
   *
   * @param namespaces those that are new; the others are the caller's own
   */
  record Clone(ImmutableSet<Namespace> namespaces) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.clone(this);
    }
  }

  /**
   * Says which ids the new user namespace has: user_namespaces(7). The launcher does it while the
   * new process waits.
   *
   * @param mappings from ids of the container to ids of the launcher's own namespace
   */
  record MapIds(IdMappings mappings) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mapIds(this);
    }
  }

  /** sethostname(2) in the container's own UTS namespace. */
  record SetHostname(String hostname) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.setHostname(this);
    }
  }

  /** Brings the loopback interface of the container's own network namespace up. */
  record LoopbackUp() implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.loopbackUp(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.namespace(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R clone(Clone step);

    R mapIds(MapIds step);

    R setHostname(SetHostname step);

    R loopbackUp(LoopbackUp step);
  }
}
