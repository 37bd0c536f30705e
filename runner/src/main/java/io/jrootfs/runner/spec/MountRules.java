package io.jrootfs.runner.spec;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
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
      FilesystemOverrides overrides, NetworkMode network, boolean privileged, Host host)
      throws SpecException {
    Set<String> destinations = new HashSet<>();
    for (Mount mount : overrides.mounts()) {
      if (!destinations.add(mount.destination())) {
        throw new SpecException(
            "mount on '" + mount.destination() + "'", "asked for twice; leave one of them out");
      }
      refuseShared(mount, host);
    }
    if (overrides.shmSize().isPresent() && destinations.contains("/dev/shm")) {
      throw new SpecException(
          "mount on '/dev/shm'", "takes the place of what --shm-size is about; leave one out");
    }
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    for (Mount mount : defaults(overrides, network, privileged, host)) {
      if (!REPLACEABLE.contains(mount.destination())
          || !destinations.contains(mount.destination())) {
        mounts.add(mount);
      }
    }
    if (network == NetworkMode.HOST) {
      for (String file : host.resolverFiles()) {
        if (!destinations.contains(file)) {
          mounts.add(new Mount.Bind(file, file, false, ImmutableSet.of(MountFlag.READ_ONLY)));
        }
      }
    }
    return mounts
        .addAll(
            ImmutableList.sortedCopyOf(
                Comparator.comparingInt(mount -> SLASH.countIn(mount.destination())),
                Iterables.concat(writable(overrides), overrides.mounts())))
        .build();
  }

  /** The kernel makes every copy of a mount in a new user namespace's mount namespace a slave. */
  private static void refuseShared(Mount mount, Host host) throws SpecException {
    if (mount instanceof Mount.Bind bind
        && bind.propagation() == Propagation.SHARED
        && host.userNamespace()) {
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

  private static boolean isAtOrBelow(String path, String directory) {
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

  private static ImmutableList<Mount> defaults(
      FilesystemOverrides overrides, NetworkMode network, boolean privileged, Host host) {
    ImmutableList.Builder<String> terminals = ImmutableList.builder();
    terminals.add("newinstance", "ptmxmode=0666", "mode=0620");
    if (host.mappings().hasGid(GID_TTY)) {
      terminals.add("gid=" + GID_TTY);
    }
    String shmSize = "size=" + overrides.shmSize().orElse(DEFAULT_SHM_SIZE);
    return ImmutableList.of(
        new Mount.Filesystem("proc", ImmutableList.of(), INERT, "/proc", true),
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
            true),
        new Mount.Filesystem(
            "tmpfs", ImmutableList.of("mode=1777", shmSize), INERT, "/dev/shm", true),
        new Mount.Filesystem("mqueue", ImmutableList.of(), INERT, "/dev/mqueue", true),
        sys(network, privileged, host));
  }

  /**
   * A new sysfs shows the network of the namespace it is mounted in and takes rights over that
   * namespace, which an ordinary user has only over an own one (sysfs(5), {@code
   * sysfs_init_fs_context}).
   */
  private static Mount sys(NetworkMode network, boolean privileged, Host host) {
    ImmutableSet<MountFlag> flags = privileged ? INERT : INERT_READ_ONLY;
    return network.isOwn() || !host.userNamespace()
        ? new Mount.Filesystem("sysfs", ImmutableList.of(), flags, "/sys", true)
        : new Mount.Bind("/sys", "/sys", true, flags);
  }
}
