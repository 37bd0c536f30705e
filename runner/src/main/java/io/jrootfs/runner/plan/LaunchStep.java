package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.Namespace;

/**
 * One thing the launcher does. Paths called <em>host</em> paths are resolved in the caller's tree,
 * before the root is changed; paths called <em>container</em> paths are absolute and resolved
 * inside the container's root only, whatever links the image holds (openat2(2) RESOLVE_IN_ROOT).
 */
public sealed interface LaunchStep {

  /**
   * Starts the container's first process in new namespaces: clone3(2).
   *
   * @param namespaces those that are new; the others are the caller's own
   */
  record Clone(ImmutableSet<Namespace> namespaces) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.clone(this);
    }
  }

  /** Keeps our mounts from reaching the host: every mount becomes a slave, recursively. */
  record SlaveRoot() implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.slaveRoot(this);
    }
  }

  /**
   * Opens the root filesystem and stacks a throw-away layer on it, an overlay(5) whose upper
   * directory is a tmpfs that goes with the mount namespace. The result is the container's root.
   *
   * @param lower host path of the directory that is never written
   * @param mountPoint host path of an existing, empty directory to mount over, in our namespace
   *     only
   * @param userXattr whether overlay keeps its notes in {@code user.} attributes, as it must in a
   *     user namespace
   */
  record OverlayRoot(String lower, String mountPoint, boolean userXattr) implements LaunchStep {
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
   * @param followLinks false: a symbolic link as the last component is an error. /proc, /sys and
   *     /dev must be where their names say (CVE-2019-19921)
   */
  record MountFilesystem(
      String type,
      ImmutableList<String> options,
      ImmutableSet<MountFlag> flags,
      String target,
      boolean followLinks)
      implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mountFilesystem(this);
    }
  }

  /**
   * Binds a file or directory of the host: open_tree(2) with OPEN_TREE_CLONE, then move_mount(2).
   * The mount is private: what the host mounts below the source later stays out.
   *
   * @param source host path; its links are followed
   * @param target container path, created as file or directory, whatever the source is
   * @param recursive also what is mounted below the source
   * @param flags attributes of the mount; applied to the whole tree when recursive
   */
  record BindMount(String source, String target, boolean recursive, ImmutableSet<MountFlag> flags)
      implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.bindMount(this);
    }
  }

  /**
   * Creates a directory, parents too (0755); an existing directory is left as it is.
   *
   * @param path container path
   * @param mode permission bits and the sticky bit, at most 01777, not reduced by a umask
   */
  record MakeDirectory(String path, int mode) implements LaunchStep {
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
  record MakeSymlink(String path, String target) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeSymlink(this);
    }
  }

  /**
   * Creates a character device: mknod(2). Not permitted in a user namespace, where a {@link
   * BindMount} of the host's node takes its place.
   *
   * @param path container path; its directory must exist
   * @param mode permission bits, not reduced by a umask
   */
  record MakeCharacterDevice(String path, int mode, int major, int minor) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeCharacterDevice(this);
    }
  }

  /**
   * Gives the process a pseudo-terminal of the container's own devpts as controlling terminal,
   * standard input, output and error, and as {@code /dev/console}. The launcher relays between it
   * and the user's terminal. The devpts must be mounted on {@code /dev/pts} and have a {@code ptmx}
   * that can be opened ({@code ptmxmode=0666}).
   */
  record OpenTerminal() implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.openTerminal(this);
    }
  }

  /**
   * Hides a path, if it exists: a file under the null device, a directory under an empty read-only
   * tmpfs.
   *
   * @param path container path
   */
  record MaskPath(String path) implements LaunchStep {
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
  record ReadOnlyPath(String path) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.readOnlyPath(this);
    }
  }

  /** Makes the root mount itself read-only; mounts below it keep their own attributes. */
  record ReadOnlyRoot() implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.readOnlyRoot(this);
    }
  }

  /** pivot_root(2) into the container's root and detach the host's. Host paths end here. */
  record PivotRoot() implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.pivotRoot(this);
    }
  }

  /** sethostname(2) in the container's own UTS namespace. */
  record SetHostname(String hostname) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.setHostname(this);
    }
  }

  /** Brings the loopback interface of the container's own network namespace up. */
  record LoopbackUp() implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.loopbackUp(this);
    }
  }

  /**
   * Changes to the process's working directory and verifies that it is inside the root
   * (CVE-2024-21626).
   *
   * @param path container path; created (0755) if absent
   */
  record WorkingDirectory(String path) implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.workingDirectory(this);
    }
  }

  /**
   * Becomes the process's user: supplementary groups, group, user, then capabilities. The bounding,
   * permitted and effective sets become {@code capabilities} (a user other than root keeps only the
   * bounding set); inheritable and ambient sets become empty. What the launcher itself lacks of
   * {@code capabilities} the process lacks too.
   *
   * @param uid in the container's user namespace
   * @param gid in the container's user namespace
   * @param groups supplementary groups; none can be set where the user namespace forbids
   *     setgroups(2), which is then an error unless the list is empty
   */
  record Credentials(
      long uid,
      long gid,
      ImmutableList<Long> groups,
      CapabilitySet capabilities,
      boolean noNewPrivileges)
      implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.credentials(this);
    }
  }

  /**
   * Replaces the process: execve(2) of each candidate in turn until one exists, with every
   * descriptor above 2 closed, signals at their defaults and umask 0022.
   *
   * @param candidates container paths, at least one
   * @param argv at least the program's name
   * @param environment {@code NAME=value}
   * @param notFound the sentence when no candidate exists (exit 127)
   * @param notExecutable the sentence when a candidate exists and cannot be executed (exit 126)
   */
  record Exec(
      ImmutableList<String> candidates,
      ImmutableList<String> argv,
      ImmutableList<String> environment,
      String notFound,
      String notExecutable)
      implements LaunchStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.exec(this);
    }
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R clone(Clone step);

    R slaveRoot(SlaveRoot step);

    R overlayRoot(OverlayRoot step);

    R mountFilesystem(MountFilesystem step);

    R bindMount(BindMount step);

    R makeDirectory(MakeDirectory step);

    R makeSymlink(MakeSymlink step);

    R makeCharacterDevice(MakeCharacterDevice step);

    R openTerminal(OpenTerminal step);

    R maskPath(MaskPath step);

    R readOnlyPath(ReadOnlyPath step);

    R readOnlyRoot(ReadOnlyRoot step);

    R pivotRoot(PivotRoot step);

    R setHostname(SetHostname step);

    R loopbackUp(LoopbackUp step);

    R workingDirectory(WorkingDirectory step);

    R credentials(Credentials step);

    R exec(Exec step);
  }
}
