package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/**
 * Who the process is (runtime-spec config.md, {@code process.user}).
 *
 * @param uid in the container's user namespace
 * @param gid in the container's user namespace
 * @param additionalGids supplementary groups, ascending
 */
public record User(long uid, long gid, ImmutableList<Long> additionalGids) {}
