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
  record Clone(ImmutableSet<Namespace> namespaces) implements LaunchStep {}

  /** Keeps our mounts from reaching the host: every mount becomes a slave, recursively. */
  record SlaveRoot() implements LaunchStep {}

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
  record OverlayRoot(String lower, String mountPoint, boolean userXattr) implements LaunchStep {}

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
      implements LaunchStep {}

  /**
   * Binds a file or directory of the host: open_tree(2) with OPEN_TREE_CLONE, then move_mount(2).
   *
   * @param source host path; its links are followed
   * @param target container path, created as file or directory, whatever the source is
   * @param recursive also what is mounted below the source
   * @param flags attributes of the mount; applied to the whole tree when recursive
   */
  record BindMount(String source, String target, boolean recursive, ImmutableSet<MountFlag> flags)
      implements LaunchStep {}

  /**
   * Creates a directory, parents too (0755); an existing directory is left as it is.
   *
   * @param path container path
   * @param mode permission bits, not reduced by a umask
   */
  record MakeDirectory(String path, int mode) implements LaunchStep {}

  /**
   * Creates a symbolic link; one that exists is replaced only if it is a link too.
   *
   * @param path container path; its directory must exist
   * @param target verbatim
   */
  record MakeSymlink(String path, String target) implements LaunchStep {}

  /**
   * Creates a character device: mknod(2). Not permitted in a user namespace, where a {@link
   * BindMount} of the host's node takes its place.
   *
   * @param path container path; its directory must exist
   * @param mode permission bits, not reduced by a umask
   */
  record MakeCharacterDevice(String path, int mode, int major, int minor) implements LaunchStep {}

  /**
   * Gives the process a pseudo-terminal of the container's own devpts as controlling terminal,
   * standard input, output and error, and as {@code /dev/console}. The launcher relays between it
   * and the user's terminal.
   */
  record OpenTerminal() implements LaunchStep {}

  /** Hides a path: a file under the null device, a directory under an empty read-only tmpfs. */
  record MaskPath(String path) implements LaunchStep {}

  /** Makes a path read-only, if it exists, by a read-only bind mount of itself. */
  record ReadOnlyPath(String path) implements LaunchStep {}

  /** Makes the root mount itself read-only; mounts below it keep their own attributes. */
  record ReadOnlyRoot() implements LaunchStep {}

  /** pivot_root(2) into the container's root and detach the host's. Host paths end here. */
  record PivotRoot() implements LaunchStep {}

  /** sethostname(2) in the container's own UTS namespace. */
  record SetHostname(String hostname) implements LaunchStep {}

  /** Brings the loopback interface of the container's own network namespace up. */
  record LoopbackUp() implements LaunchStep {}

  /**
   * Changes to the process's working directory and verifies that it is inside the root
   * (CVE-2024-21626).
   *
   * @param path container path; created (0755) if absent
   */
  record WorkingDirectory(String path) implements LaunchStep {}

  /**
   * Becomes the process's user: supplementary groups, group, user, then capabilities. The bounding,
   * permitted and effective sets become {@code capabilities} (a user other than root keeps only the
   * bounding set); inheritable and ambient sets become empty.
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
      implements LaunchStep {}

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
      implements LaunchStep {}
}
