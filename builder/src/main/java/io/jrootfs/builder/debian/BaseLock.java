package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;

/**
 * What a base system was made of, and is to be made of again.
 *
 * @param tool which back end, for no two of them leave the same bytes
 * @param sources what the system's own apt is told of archives, for where the packages came from
 *     this time must not matter
 */
public record BaseLock(Tool tool, String sources, ImmutableList<LockedPackage> packages) {}
