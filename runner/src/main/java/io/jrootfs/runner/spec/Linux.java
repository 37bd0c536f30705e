package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;

/**
 * What is particular to Linux (runtime-spec config-linux.md).
 *
 * @param userNamespace whether the container is in a user namespace that was made for it
 * @param namespaces those that are new besides, in the order of {@link Namespace}
 * @param mappings which ids exist
 * @param devices the nodes of {@code /dev}
 * @param maskedPaths what the container cannot see
 * @param readonlyPaths what it cannot write
 * @param sysctls kernel parameters of those namespaces
 */
public record Linux(
    boolean userNamespace,
    ImmutableSet<Namespace> namespaces,
    IdMappings mappings,
    ImmutableList<Device> devices,
    ImmutableList<String> maskedPaths,
    ImmutableList<String> readonlyPaths,
    ImmutableList<Sysctl> sysctls) {}
