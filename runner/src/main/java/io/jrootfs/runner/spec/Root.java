package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/**
 * The root filesystem (runtime-spec config.md, {@code root}). It is never written: what the
 * container changes goes to a layer that is thrown away.
 *
 * @param path absolute path on the host
 * @param mountPoint absolute path on the host of an empty directory where the layers are put
 *     together
 * @param files written to that layer first; they take the place of the image's own
 * @param readonly whether the container sees a read-only root
 */
public record Root(
    String path, String mountPoint, ImmutableList<TextFile> files, boolean readonly) {}
