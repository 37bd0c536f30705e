package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.KernelVersion;

/**
 * What a specification needs to know of the system it is made for.
 *
 * @param platform what machine it is
 * @param kernel its version
 * @param userNamespace whether we are in a user namespace made for an ordinary user, where device
 *     nodes cannot be created
 * @param mappings which ids exist
 * @param terminal whether standard input and output are terminals
 * @param environment the caller's variables; only those asked for by name reach the container
 * @param resolverFiles which of {@code /etc/hosts} and {@code /etc/resolv.conf} exist
 * @param cgroups where limits are set
 * @param thermalThrottle the directories {@code /sys/devices/system/cpu/cpuN/thermal_throttle}
 * @param namespaces what it would share with the container
 * @param capabilities those that jrun has in the user namespace that it is in
 * @param limits the caller's resource limits
 */
public record Host(
    Platform platform,
    KernelVersion kernel,
    boolean userNamespace,
    IdMappings mappings,
    boolean terminal,
    ImmutableMap<String, String> environment,
    ImmutableSortedSet<String> resolverFiles,
    CgroupHost cgroups,
    ImmutableList<String> thermalThrottle,
    HostNamespaces namespaces,
    CapabilitySet capabilities,
    ImmutableMap<Resource, ResourceLimit> limits) {}
