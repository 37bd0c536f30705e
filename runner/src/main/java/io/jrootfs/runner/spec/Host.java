package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
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
 * @param nameFiles what is shared with a network that is not the container's own, where it is
 *     there: host paths by {@code /etc/hosts} and {@code /etc/resolv.conf}
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
    ImmutableSortedMap<String, String> nameFiles,
    CgroupHost cgroups,
    ImmutableList<String> thermalThrottle,
    HostNamespaces namespaces,
    CapabilitySet capabilities,
    ImmutableMap<Resource, ResourceLimit> limits) {

  /** The same with other files for names, as those of a container whose network is joined. */
  public Host withNameFiles(ImmutableSortedMap<String, String> files) {
    return new Host(
        platform,
        kernel,
        userNamespace,
        mappings,
        terminal,
        environment,
        files,
        cgroups,
        thermalThrottle,
        namespaces,
        capabilities,
        limits);
  }
}
