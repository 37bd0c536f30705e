package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.spec.Device;
import java.util.Optional;

/**
 * A step that shapes what the container sees as its file system. Paths called <em>host</em> paths
 * are resolved in the caller's tree, before the root is changed; paths called <em>container</em>
 * paths are absolute and resolved inside the container's root only, whatever links the image holds
 * (openat2(2) RESOLVE_IN_ROOT).
 */
public sealed interface MountStep extends LaunchStep {

  /**
   * Copies a tree of the host's mounts for a {@link BindMount} of the same source: open_tree(2).
   * Before the container has any mount, as those could be below the source and would come along,
   * without their masks. And before {@link SlaveRoot}, while the tree is the host's own peer and
   * can stay so if it is to be {@link Propagation#SHARED}.
   *
   * <p>At most {@value OpenSource#MAX_SOURCES} are possible.
   *
   * @param source host path; its links are followed
   * @param recursive also what is mounted below the source
   */
  record OpenSource(String source, boolean recursive) implements MountStep {
    static final int MAX_SOURCES = 256; // mounts.c

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.openSource(this);
    }
  }

  /** Keeps our mounts from reaching the host: every mount becomes a slave, recursively. */
  record SlaveRoot() implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.slaveRoot(this);
    }
  }

  /**
   * Mounts an index of layers, an EROFS whose contents are in the layers' tars, so that an {@link
   * OverlayRoot} whose lower directory is the index finds its root. Not for a container in another
   * user namespace than ours, which may not mount it.
   *
   * @param index host path of a file that {@link io.jrootfs.runner.bundle} has made: the kernel
   *     trusts what is in it
   * @param layers host paths of tars, in the order that the index counts them
   * @param image what the layers' files have to be if somebody else can change them: device, inode,
   *     size and time of change (stat(2)), in decimal digits with a space between, the time in
   *     seconds with nine digits behind the point
   * @param mountPoint host path of an existing, empty directory to mount over, in our namespace
   *     only
   */
  record MountIndex(
      String index, ImmutableList<String> layers, Optional<String> image, String mountPoint)
      implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mountIndex(this);
    }
  }

  /**
   * Opens the root filesystem and stacks a throw-away layer on it, an overlay(5) whose upper
   * directory is a tmpfs that goes with the mount namespace. The result is the container's root.
   *
   * @param lower host path of the directory that is never written, or the index that was mounted
   * @param mountPoint host path of an existing, empty directory to mount over, in our namespace
   *     only
   * @param userXattr whether overlay keeps its notes in {@code user.} attributes, as it must in a
   *     user namespace
   */
  record OverlayRoot(String lower, String mountPoint, boolean userXattr) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.overlayRoot(this);
    }
  }

  /**
   * Mounts a new file system: fsopen(2), fsmount(2), move_mount(2).
   *
   * @param type such as {@code proc} or {@code tmpfs}
   * @param options {@code name=value} or {@code name}, given to fsconfig(2) one by one
   * @param flags attributes of the mount
   * @param target container path, created as a directory if absent
   * @param keepsMode whether {@code mode=} is that of the target if it is there, whatever {@code
   *     options} say
   * @param followLinks false: a symbolic link as the last component is an error. /proc, /sys and
   *     /dev must be where their names say (CVE-2019-19921)
   */
  record MountFilesystem(
      String type,
      ImmutableList<String> options,
      ImmutableSet<MountFlag> flags,
      String target,
      boolean keepsMode,
      boolean followLinks)
      implements MountStep {

    /** One with a mode of its own. */
    public MountFilesystem(
        String type,
        ImmutableList<String> options,
        ImmutableSet<MountFlag> flags,
        String target,
        boolean followLinks) {
      this(type, options, flags, target, false, followLinks);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mountFilesystem(this);
    }
  }

  /**
   * Binds a file or directory of the host: open_tree(2) with OPEN_TREE_CLONE, mount_setattr(2),
   * then move_mount(2). A target that links of the image lead into {@code /proc} is refused, as
   * what is read from and written to there must be the kernel's (CVE-2025-52881).
   *
   * @param source host path; its links are followed, unless an {@link OpenSource} has been there
   * @param target container path, created as file or directory, whatever the source is
   * @param recursive also what is mounted below the source
   * @param flags attributes the mount gets; applied to the whole tree when recursive
   * @param cleared attributes of the source's mount that it loses, likewise
   * @param propagation of the whole tree; SHARED needs an {@link OpenSource} of the source
   */
  record BindMount(
      String source,
      String target,
      boolean recursive,
      ImmutableSet<MountFlag> flags,
      ImmutableSet<MountFlag> cleared,
      Propagation propagation)
      implements MountStep {

    /** A private one: what the host mounts below the source later stays out. */
    public BindMount(
        String source, String target, boolean recursive, ImmutableSet<MountFlag> flags) {
      this(source, target, recursive, flags, ImmutableSet.of(), Propagation.PRIVATE);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.bindMount(this);
    }
  }

  /**
   * Writes a file, in the place of any file, link or the like that is there. It must come before
   * any mount in the root, so that no link can lead to anything but the throw-away layer. If the
   * directory has an owner without an id in our user namespace, so that nothing in it can be
   * changed, the image's own file stays.
   *
   * @param path container path; its directory must exist
   * @param mode permission bits, not reduced by a umask
   * @param content all of it
   */
  record WriteFile(String path, int mode, String content) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.writeFile(this);
    }
  }

  /**
   * Creates a directory, parents too (0755); an existing directory is left as it is.
   *
   * @param path container path
   * @param mode permission bits and the sticky bit, at most 01777, not reduced by a umask
   */
  record MakeDirectory(String path, int mode) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeDirectory(this);
    }
  }

  /**
   * Creates a symbolic link; one that exists is replaced only if it is a link too.
   *
   * @param path container path; its directory must exist
   * @param target verbatim
   */
  record MakeSymlink(String path, String target) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeSymlink(this);
    }
  }

  /**
   * Creates a device node: mknod(2). Not permitted in a user namespace, where a {@link BindMount}
   * of the host's node takes its place.
   *
   * @param path container path; its directory must exist
   * @param mode permission bits, not reduced by a umask
   */
  record MakeDevice(String path, Device.Type type, int mode, int uid, int gid, int major, int minor)
      implements MountStep {
    /** A character device of root's. */
    public static MakeDevice character(String path, int mode, int major, int minor) {
      return new MakeDevice(path, Device.Type.CHARACTER, mode, 0, 0, major, minor);
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeDevice(this);
    }
  }

  /**
   * Hides a path, if it exists: a file under the null device, a directory under an empty read-only
   * tmpfs.
   *
   * @param path container path
   */
  record MaskPath(String path) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.maskPath(this);
    }
  }

  /**
   * Makes a path and what is mounted below it read-only, if it exists, by a bind mount of itself.
   *
   * @param path container path
   */
  record ReadOnlyPath(String path) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.readOnlyPath(this);
    }
  }

  /** Makes the root mount itself read-only; mounts below it keep their own attributes. */
  record ReadOnlyRoot() implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.readOnlyRoot(this);
    }
  }

  /**
   * Makes a mount read-only that was needed writable before; those below it stay as they are.
   *
   * @param path container path
   */
  record RemountReadOnly(String path) implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.remountReadOnly(this);
    }
  }

  /** pivot_root(2) into the container's root and detach the host's. Host paths end here. */
  record PivotRoot() implements MountStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.pivotRoot(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.mount(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R openSource(OpenSource step);

    R slaveRoot(SlaveRoot step);

    R mountIndex(MountIndex step);

    R overlayRoot(OverlayRoot step);

    R mountFilesystem(MountFilesystem step);

    R bindMount(BindMount step);

    R writeFile(WriteFile step);

    R makeDirectory(MakeDirectory step);

    R makeSymlink(MakeSymlink step);

    R makeDevice(MakeDevice step);

    R maskPath(MaskPath step);

    R readOnlyPath(ReadOnlyPath step);

    R readOnlyRoot(ReadOnlyRoot step);

    R remountReadOnly(RemountReadOnly step);

    R pivotRoot(PivotRoot step);
  }
}
