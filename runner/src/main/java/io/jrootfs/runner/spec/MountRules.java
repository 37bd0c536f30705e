package io.jrootfs.runner.spec;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.cgroup.Hierarchy;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.namespace.Namespace;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** What every container has mounted, and in which order the user's mounts join it. */
final class MountRules {
  private static final ImmutableSet<MountFlag> INERT =
      ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
  private static final ImmutableSet<MountFlag> INERT_READ_ONLY =
      ImmutableSet.of(MountFlag.READ_ONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
  private static final CharMatcher SLASH = CharMatcher.is('/');

  /** The group that owns terminals: Debian's and Red Hat's "tty". */
  private static final int GID_TTY = 5;

  /** Defaults that nothing else depends on: a mount of the user's there takes their place. */
  private static final ImmutableSet<String> REPLACEABLE =
      ImmutableSet.of("/dev/shm", "/dev/mqueue");

  /** docker's and podman's. */
  private static final long DEFAULT_SHM_SIZE = 64 << 20;

  /** podman's, for --read-only-tmpfs; the modes are those of the Filesystem Hierarchy Standard. */
  private static final ImmutableList<Mount> WRITABLE =
      ImmutableList.of(
          writable("/run", "0755"), writable("/tmp", "1777"), writable("/var/tmp", "1777"));

  private MountRules() {}

  /**
   * All mounts in order: the defaults, then the user's, outer ones before those inside them.
   *
   * @param privileged whether the container may change the kernel's files
   * @throws SpecException if two of the user's mounts have the same destination, or one wants what
   *     a user namespace cannot have
   */
  static ImmutableList<Mount> mounts(
      FilesystemOverrides overrides,
      Isolation isolation,
      boolean sharedMemory,
      boolean privileged,
      Host host)
      throws SpecException {
    Set<String> destinations = new HashSet<>();
    for (Mount mount : overrides.mounts()) {
      if (!destinations.add(mount.destination())) {
        throw new SpecException(
            "mount on '" + mount.destination() + "'", "asked for twice; leave one of them out");
      }
      refuseShared(mount, isolation);
    }
    if (overrides.shmSize().isPresent() && (!sharedMemory || isolation.isHosts(Namespace.IPC))) {
      throw new SpecException(
          "shared memory of " + overrides.shmSize().getAsLong() + " bytes",
          "cannot be had with '--ipc "
              + (sharedMemory ? "host" : "none")
              + "', where /dev/shm is not the container's own; leave one out");
    }
    if (overrides.shmSize().isPresent() && destinations.contains("/dev/shm")) {
      throw new SpecException(
          "mount on '/dev/shm'", "takes the place of what --shm-size is about; leave one out");
    }
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    for (Mount mount :
        Iterables.concat(
            defaults(isolation),
            ipc(overrides, isolation, sharedMemory, host),
            ImmutableList.of(sys(isolation, privileged)),
            cgroups(isolation, privileged, host))) {
      if (!REPLACEABLE.contains(mount.destination())
          || !destinations.contains(mount.destination())) {
        mounts.add(mount);
      }
    }
    if (!isolation.isOwn(Namespace.NETWORK)) {
      host.nameFiles()
          .forEach(
              (destination, file) -> {
                if (!destinations.contains(destination)) {
                  mounts.add(
                      new Mount.Bind(
                          file, destination, false, ImmutableSet.of(MountFlag.READ_ONLY)));
                }
              });
    }
    return mounts
        .addAll(
            ImmutableList.sortedCopyOf(
                Comparator.comparingInt(mount -> SLASH.countIn(mount.destination())),
                Iterables.concat(writable(overrides), overrides.mounts())))
        .build();
  }

  /** The kernel makes every copy of a mount in a new user namespace's mount namespace a slave. */
  private static void refuseShared(Mount mount, Isolation isolation) throws SpecException {
    if (mount instanceof Mount.Bind bind
        && bind.propagation() == Propagation.SHARED
        && isolation.userNamespace()) {
      throw new SpecException(
          "mount on '" + mount.destination() + "'",
          "cannot be shared by a container in a user namespace, whose mounts never reach the host;"
              + " use rslave, or run jrun as root");
    }
  }

  /** What programs write to below a read-only root, unless the user has something there. */
  private static ImmutableList<Mount> writable(FilesystemOverrides overrides) {
    if (!overrides.readOnlyRoot() || !overrides.readOnlyTmpfs()) {
      return ImmutableList.of();
    }
    return WRITABLE.stream()
        .filter(
            tmpfs ->
                overrides.mounts().stream()
                    .noneMatch(mount -> isAtOrBelow(tmpfs.destination(), mount.destination())))
        .collect(ImmutableList.toImmutableList());
  }

  static boolean isAtOrBelow(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  private static Mount.Filesystem writable(String destination, String mode) {
    return new Mount.Filesystem(
        "tmpfs",
        ImmutableList.of("mode=" + mode),
        ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV),
        destination,
        true,
        false);
  }

  private static ImmutableList<Mount> defaults(Isolation isolation) {
    ImmutableList.Builder<String> terminals = ImmutableList.builder();
    terminals.add("newinstance", "ptmxmode=0666", "mode=0620");
    if (isolation.mappings().hasGid(GID_TTY)) {
      terminals.add("gid=" + GID_TTY);
    }
    return ImmutableList.of(
        proc(isolation),
        new Mount.Filesystem(
            "tmpfs",
            ImmutableList.of("mode=0755", "size=65536k"),
            ImmutableSet.of(MountFlag.NOSUID, MountFlag.NOEXEC),
            "/dev",
            true),
        new Mount.Filesystem(
            "devpts",
            terminals.build(),
            ImmutableSet.of(MountFlag.NOSUID, MountFlag.NOEXEC),
            "/dev/pts",
            true));
  }

  /**
   * A new procfs shows the pid namespace it is mounted in and takes rights over it, which an
   * ordinary user does not have over the host's (proc(5), {@code proc_init_fs_context}).
   */
  private static Mount proc(Isolation isolation) {
    return isolation.userNamespace() && isolation.isHosts(Namespace.PID)
        ? new Mount.Bind("/proc", "/proc", true, INERT)
        : new Mount.Filesystem("proc", ImmutableList.of(), INERT, "/proc", true);
  }

  /**
   * POSIX shared memory and message queues. Who shares the host's IPC shares its directories, as
   * podman has it. A message queue file system takes rights over the IPC namespace (mq_overview(7),
   * {@code mqueue_init_fs_context}), which a user namespace made for the container has over none
   * that was there before.
   */
  private static ImmutableList<Mount> ipc(
      FilesystemOverrides overrides, Isolation isolation, boolean sharedMemory, Host host) {
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    if (isolation.isHosts(Namespace.IPC)) {
      for (String directory : host.namespaces().ipcDirectories()) {
        mounts.add(new Mount.Bind(directory, directory, true, INERT));
      }
      return mounts.build();
    }
    if (sharedMemory) {
      String size = "size=" + overrides.shmSize().orElse(DEFAULT_SHM_SIZE);
      mounts.add(
          new Mount.Filesystem(
              "tmpfs", ImmutableList.of("mode=1777", size), INERT, "/dev/shm", true));
    }
    if (isolation.isOwn(Namespace.IPC) || !isolation.isOwn(Namespace.USER)) {
      mounts.add(new Mount.Filesystem("mqueue", ImmutableList.of(), INERT, "/dev/mqueue", true));
    }
    return mounts.build();
  }

  /**
   * All that it sees there is its own and below, as its cgroup namespace has its root there; who
   * shares the host's sees nothing. Where there are hierarchies of version 1, they are mounted in a
   * tmpfs, which the plan has.
   */
  private static ImmutableList<Mount> cgroups(Isolation isolation, boolean privileged, Host host) {
    ImmutableList<Hierarchy> hierarchies = host.cgroups().mounts().hierarchies();
    if (hierarchies.isEmpty() || !isolation.isOwn(Namespace.CGROUP)) {
      return ImmutableList.of();
    }
    return ImmutableList.of(
        hierarchies.stream().allMatch(hierarchy -> hierarchy.version() == 2)
            ? new Mount.Filesystem(
                "cgroup2",
                ImmutableList.of(),
                privileged ? INERT : INERT_READ_ONLY,
                KernelPaths.CGROUPS,
                true)
            : new Mount.Filesystem(
                "tmpfs", ImmutableList.of("mode=0755"), INERT, KernelPaths.CGROUPS, true));
  }

  /**
   * A new sysfs shows the network of the namespace it is mounted in and takes rights over that
   * namespace, which an ordinary user has only over an own one (sysfs(5), {@code
   * sysfs_init_fs_context}).
   */
  private static Mount sys(Isolation isolation, boolean privileged) {
    ImmutableSet<MountFlag> flags = privileged ? INERT : INERT_READ_ONLY;
    return isolation.isOwn(Namespace.NETWORK) || !isolation.userNamespace()
        ? new Mount.Filesystem("sysfs", ImmutableList.of(), flags, "/sys", true)
        : new Mount.Bind("/sys", "/sys", true, flags);
  }
}
