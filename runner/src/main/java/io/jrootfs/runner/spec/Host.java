package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.namespace.IdMappings;

/**
 * What a specification needs to know of the system it is made for.
 *
 * @param platform what machine it is
 * @param userNamespace whether we are in a user namespace made for an ordinary user, where device
 *     nodes cannot be created
 * @param mappings which ids exist
 * @param terminal whether standard input and output are terminals
 * @param environment the caller's variables; only those asked for by name reach the container
 * @param resolverFiles which of {@code /etc/hosts} and {@code /etc/resolv.conf} exist
 * @param cgroups where limits are set
 * @param thermalThrottle the directories {@code /sys/devices/system/cpu/cpuN/thermal_throttle}
 */
public record Host(
    Platform platform,
    boolean userNamespace,
    IdMappings mappings,
    boolean terminal,
    ImmutableMap<String, String> environment,
    ImmutableSortedSet<String> resolverFiles,
    CgroupHost cgroups,
    ImmutableList<String> thermalThrottle) {}
