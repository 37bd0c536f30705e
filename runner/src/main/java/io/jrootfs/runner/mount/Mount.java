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
   * @param keepsMode whether its root has the mode of the directory it is mounted on, if the image
   *     has that; else what {@code options} say. runc and crun do so for a tmpfs without a mode
   * @param fixed whether a symbolic link at the destination is refused: {@code /proc}, {@code /sys}
   *     and {@code /dev} must be where their names say (CVE-2019-19921)
   */
  record Filesystem(
      String type,
      ImmutableList<String> options,
      ImmutableSet<MountFlag> flags,
      String destination,
      boolean keepsMode,
      boolean fixed)
      implements Mount {

    /** One with a mode of its own. */
    public Filesystem(
        String type,
        ImmutableList<String> options,
        ImmutableSet<MountFlag> flags,
        String destination,
        boolean fixed) {
      this(type, options, flags, destination, false, fixed);
    }
  }

  /**
   * A file or directory of the host.
   *
   * @param source absolute path on the host
   * @param recursive also what is mounted below it
   * @param flags attributes it gets
   * @param cleared attributes of the source's own mount that it loses
   * @param propagation whether what is mounted later shows on the other side
   */
  record Bind(
      String source,
      String destination,
      boolean recursive,
      ImmutableSet<MountFlag> flags,
      ImmutableSet<MountFlag> cleared,
      Propagation propagation)
      implements Mount {

    /** A private one. */
    public Bind(
        String source, String destination, boolean recursive, ImmutableSet<MountFlag> flags) {
      this(source, destination, recursive, flags, ImmutableSet.of(), Propagation.PRIVATE);
    }
  }
}
