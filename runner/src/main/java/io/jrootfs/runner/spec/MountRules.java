package io.jrootfs.runner.spec;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.Hierarchy;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
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

  private MountRules() {}

  /**
   * All mounts in order: the defaults, then the user's, outer ones before those inside them.
   *
   * @throws SpecException if two of the user's mounts have the same destination
   */
  static ImmutableList<Mount> mounts(FilesystemOverrides overrides, NetworkMode network, Host host)
      throws SpecException {
    Set<String> destinations = new HashSet<>();
    for (Mount mount : overrides.mounts()) {
      if (!destinations.add(mount.destination())) {
        throw new SpecException(
            "mount on '" + mount.destination() + "'", "asked for twice; leave one of them out");
      }
    }
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    mounts.addAll(defaults(network, host));
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
                overrides.mounts()))
        .build();
  }

  private static ImmutableList<Mount> defaults(NetworkMode network, Host host) {
    ImmutableList.Builder<String> terminals = ImmutableList.builder();
    terminals.add("newinstance", "ptmxmode=0666", "mode=0620");
    if (host.mappings().hasGid(GID_TTY)) {
      terminals.add("gid=" + GID_TTY);
    }
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    mounts.add(
        new Mount.Filesystem("proc", ImmutableList.of(), INERT, "/proc", true),
        new Mount.Filesystem(
            "tmpfs",
            ImmutableList.of("mode=0755", "size=65536k"),
            ImmutableSet.of(MountFlag.NOSUID),
            "/dev",
            true),
        new Mount.Filesystem(
            "devpts",
            terminals.build(),
            ImmutableSet.of(MountFlag.NOSUID, MountFlag.NOEXEC),
            "/dev/pts",
            true),
        new Mount.Filesystem(
            "tmpfs", ImmutableList.of("mode=1777", "size=65536k"), INERT, "/dev/shm", true),
        new Mount.Filesystem("mqueue", ImmutableList.of(), INERT, "/dev/mqueue", true),
        sys(network, host));
    cgroups(host).ifPresent(mounts::add);
    return mounts.build();
  }

  /**
   * All that it sees there is its own and below, as its cgroup namespace has its root there. Where
   * there are hierarchies of version 1, they are mounted in a tmpfs, which the plan has.
   */
  private static Optional<Mount> cgroups(Host host) {
    ImmutableList<Hierarchy> hierarchies = host.cgroups().mounts().hierarchies();
    if (hierarchies.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        hierarchies.stream().allMatch(hierarchy -> hierarchy.version() == 2)
            ? new Mount.Filesystem(
                "cgroup2", ImmutableList.of(), INERT_READ_ONLY, KernelPaths.CGROUPS, true)
            : new Mount.Filesystem(
                "tmpfs", ImmutableList.of("mode=0755"), INERT, KernelPaths.CGROUPS, true));
  }

  /**
   * A new sysfs shows the network of the namespace it is mounted in and takes rights over that
   * namespace, which an ordinary user has only over an own one (sysfs(5), {@code
   * sysfs_init_fs_context}).
   */
  private static Mount sys(NetworkMode network, Host host) {
    return network.isOwn() || !host.userNamespace()
        ? new Mount.Filesystem("sysfs", ImmutableList.of(), INERT_READ_ONLY, "/sys", true)
        : new Mount.Bind("/sys", "/sys", true, INERT_READ_ONLY);
  }
}
