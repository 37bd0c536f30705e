package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.DeviceArgument;
import io.jrootfs.runner.spec.Overrides;
import java.nio.file.Path;

/**
 * One run of one image.
 *
 * @param image archive, image layout, tar of a root filesystem, or a root filesystem directory
 * @param volumes the host's files and directories to be seen in the container
 * @param devices the host's devices to be used in it
 * @param environmentFiles variables of the container, before those of {@code overrides}
 * @param overrides what the user wants otherwise than the image says
 */
public record RunRequest(
    Path image,
    ImmutableList<BindArgument> volumes,
    ImmutableList<DeviceArgument> devices,
    ImmutableList<Path> environmentFiles,
    Overrides overrides) {}
