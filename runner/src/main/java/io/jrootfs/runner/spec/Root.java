package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * The root filesystem (runtime-spec config.md, {@code root}). It is never written: what the
 * container changes goes to a layer that is thrown away.
 *
 * @param path absolute path on the host: of a directory, or of an index of layers
 * @param layers absolute paths on the host of the tars that the index is of; none for a directory
 * @param image what tells the layers' one file from any other, if it is not ours but the image's
 *     own; see {@link io.jrootfs.runner.plan.MountStep.MountIndex}
 * @param mountPoint absolute path on the host of an empty directory where the layers are put
 *     together
 * @param files written to that layer first; they take the place of the image's own
 * @param readonly whether the container sees a read-only root
 * @param shifted whether its files have the owners of the system, not those of the container's user
 *     namespace, and are to be seen as if they had
 */
public record Root(
    String path,
    ImmutableList<String> layers,
    Optional<String> image,
    String mountPoint,
    ImmutableList<TextFile> files,
    boolean readonly,
    boolean shifted) {}
