package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.Sysctl;
import io.jrootfs.runner.state.ProcessIdentity;
import java.util.Optional;

/** A step that makes or changes a namespace of the container. */
public sealed interface NamespaceStep extends LaunchStep {

  /**
   * Starts the container's first process in new namespaces: clone(2).
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
   * Starts a process in the namespaces of a container that runs, instead of {@link Clone}: setns(2)
   * and clone(2). Its root is then the container's.
   *
   * @param container what it is called, for messages
   * @param process the container's first one
   * @param namespaces those that are not the launcher's own, the mount namespace among them
   */
  record Enter(String container, ProcessIdentity process, ImmutableSet<Namespace> namespaces)
      implements NamespaceStep {
    /**
     * @throws IllegalArgumentException without a mount namespace: what is then run would be the
     *     host's
     */
    public Enter {
      if (!namespaces.contains(Namespace.MOUNT)) {
        throw new IllegalArgumentException("a container's mounts are its own: " + namespaces);
      }
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.enter(this);
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

  /**
   * Takes the launcher into a namespace that is there already, and the new process with it:
   * setns(2). A pid namespace takes the new process only.
   *
   * @param kind any but mount and time
   * @param path host path of its file
   */
  record Join(Namespace kind, String path) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.join(this);
    }
  }

  /**
   * Makes a time namespace for the new process and sets its clocks (time_namespaces(7)), before
   * there is a process in it.
   */
  record OffsetClocks(ClockOffsets offsets) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.offsetClocks(this);
    }
  }

  /**
   * Gives the container a view of the directory that is its root where files belong to whom they
   * belong to in the container's user namespace: mount_setattr(2) MOUNT_ATTR_IDMAP. The launcher
   * does it, who has the right; {@link MountStep.OverlayRoot} then takes that view for the
   * directory.
   *
   * @param directory host path
   * @param userNamespace host path of the namespace's file; empty for the new process's own
   */
  record ShiftRoot(String directory, Optional<String> userNamespace) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.shiftRoot(this);
    }
  }

  /** setdomainname(2), the NIS name, in the container's own UTS namespace. */
  record SetDomainName(String name) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.setDomainName(this);
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

  /**
   * Sets a kernel parameter of one of the container's own namespaces, through the procfs that is
   * mounted on {@code /proc}; whatever else may be there is refused (CVE-2025-52881).
   */
  record SetSysctl(Sysctl sysctl) implements NamespaceStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.setSysctl(this);
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

    R enter(Enter step);

    R mapIds(MapIds step);

    R join(Join step);

    R offsetClocks(OffsetClocks step);

    R shiftRoot(ShiftRoot step);

    R setDomainName(SetDomainName step);

    R setHostname(SetHostname step);

    R loopbackUp(LoopbackUp step);

    R setSysctl(SetSysctl step);
  }
}
