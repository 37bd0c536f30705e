package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.Mount;
import java.util.Optional;

/**
 * A container as data, in the words of the runtime specification (config.md).
 *
 * @param process what runs
 * @param root what it sees as {@code /}
 * @param hostname its name for itself; empty if that is unknown, in a joined UTS namespace
 * @param domainname its NIS domain, if it is to be set
 * @param mounts in the order they are made
 * @param linux the kernel's part
 * @param lifetime how long it runs and how it is ended
 * @param foreign set if its programs are for other machines than this one
 */
public record ContainerSpec(
    ContainerProcess process,
    Root root,
    String hostname,
    Optional<String> domainname,
    ImmutableList<Mount> mounts,
    Linux linux,
    Lifetime lifetime,
    Optional<ForeignPlatform> foreign) {}
