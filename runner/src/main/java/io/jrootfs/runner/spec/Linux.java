package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.ContainerCgroups;
import io.jrootfs.runner.cgroup.Hierarchy;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;

/**
 * What is particular to Linux (runtime-spec config-linux.md).
 *
 * @param userNamespace whether the container is in a user namespace that was made for it
 * @param namespaces those that are new besides, in the order of {@link Namespace}
 * @param mappings which ids exist
 * @param devices the nodes of {@code /dev}
 * @param cgroups what is done to limit it
 * @param hierarchies those it can see
 * @param maskedPaths what the container cannot see
 * @param readonlyPaths what it cannot write
 */
public record Linux(
    boolean userNamespace,
    ImmutableSet<Namespace> namespaces,
    IdMappings mappings,
    ImmutableList<Device> devices,
    ContainerCgroups cgroups,
    ImmutableList<Hierarchy> hierarchies,
    ImmutableList<String> maskedPaths,
    ImmutableList<String> readonlyPaths) {}
