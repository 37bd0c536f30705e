package io.jrootfs.runner.mount;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/** One entry of the container's {@code mounts} (runtime-spec config.md, Mounts). */
public sealed interface Mount {
  /** Absolute path inside the container. */
  String destination();

  ImmutableSet<MountFlag> flags();

  /**
   * A new file system.
   *
   * @param type such as {@code tmpfs}
   * @param options {@code name=value} or {@code name}, the file system's own
   * @param fixed whether a symbolic link at the destination is refused: {@code /proc}, {@code /sys}
   *     and {@code /dev} must be where their names say (CVE-2019-19921)
   */
  record Filesystem(
      String type,
      ImmutableList<String> options,
      ImmutableSet<MountFlag> flags,
      String destination,
      boolean fixed)
      implements Mount {}

  /**
   * A file or directory of the host.
   *
   * @param source absolute path on the host
   * @param recursive also what is mounted below it
   */
  record Bind(String source, String destination, boolean recursive, ImmutableSet<MountFlag> flags)
      implements Mount {}
}
