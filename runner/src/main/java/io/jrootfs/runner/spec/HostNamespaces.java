package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.runner.namespace.IdMappings;
import java.util.Optional;

/**
 * The caller's namespaces and those to be joined, as far as a specification depends on them.
 *
 * @param uid of the caller, outside of any namespace that the launcher made
 * @param gid of the caller, likewise
 * @param hostname in the caller's UTS namespace
 * @param ipcDirectories which of {@code /dev/shm} and {@code /dev/mqueue} there are
 * @param joinedUser the map of the user namespace to be joined, from its ids to those of jrun's
 *     own; empty if none is, or its map cannot be found
 */
public record HostNamespaces(
    long uid,
    long gid,
    String hostname,
    ImmutableSortedSet<String> ipcDirectories,
    Optional<IdMappings> joinedUser) {}
