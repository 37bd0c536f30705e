package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.ContainerCgroups;
import io.jrootfs.runner.cgroup.Hierarchy;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.seccomp.SeccompFilter;
import java.util.Optional;

/**
 * What is particular to Linux (runtime-spec config-linux.md).
 *
 * @param isolation what is the container's own
 * @param devices the nodes of {@code /dev}
 * @param cgroups what is done to limit it
 * @param hierarchies those it can see
 * @param maskedPaths what the container cannot see
 * @param readonlyPaths what it cannot write
 * @param seccomp what decides about its system calls; empty: nothing does
 * @param sysctls kernel parameters of those namespaces
 */
public record Linux(
    Isolation isolation,
    ImmutableList<Device> devices,
    ContainerCgroups cgroups,
    ImmutableList<Hierarchy> hierarchies,
    ImmutableList<String> maskedPaths,
    ImmutableList<String> readonlyPaths,
    Optional<SeccompFilter> seccomp,
    ImmutableList<Sysctl> sysctls) {

  /** Whether the container's root is not the system's, so that it cannot create device nodes. */
  public boolean userNamespace() {
    return isolation.userNamespace();
  }

  /** The namespaces that are new. */
  public ImmutableSet<Namespace> namespaces() {
    return isolation.own();
  }
}
