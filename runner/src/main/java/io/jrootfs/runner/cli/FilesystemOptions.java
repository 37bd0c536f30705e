package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;
import static io.jrootfs.builder.option.Options.trueOrFalse;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.argument.ArgumentException;
import io.jrootfs.runner.argument.Size;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.DeviceArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountArgument;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.spec.FilesystemOverrides;
import java.util.Optional;
import java.util.OptionalLong;

/** What the container sees as its files, besides the image. */
final class FilesystemOptions {
  private final Options options;

  FilesystemOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nFiles:%n",
            list(
                "SRC:DST[:OPTIONS]",
                "Show a file or directory of the host. OPTIONS: ro, rbind (default) or bind (without"
                    + " what is mounted below it), [no]suid, [no]dev, [no]exec, and r or none before"
                    + " private (default), slave (what the host mounts there later shows) or shared"
                    + " (what the container mounts, too). z and Z have no effect. On /dev or /sys it"
                    + " takes the place of what is there; nothing can be mounted on /proc.",
                "-v",
                "--volume"),
            list(
                "KEY=VALUE,...",
                "type=bind,source=SRC,target=DST: as --volume; also readonly, bind-propagation=,"
                    + " bind-nonrecursive. type=tmpfs,target=DST: as --tmpfs; also readonly,"
                    + " tmpfs-size=, tmpfs-mode=.",
                "--mount"),
            list(
                "DST[:OPTIONS]",
                "Mount an empty tmpfs. OPTIONS: ro, exec, suid, dev, size=, mode=, nr_inodes=.",
                "--tmpfs"),
            text("SIZE", "What /dev/shm may hold, 64m by default; 0 is no limit.", "--shm-size"),
            flag("Make the container's root read-only.", "--read-only"),
            trueOrFalse(
                "With --read-only, a tmpfs on /run, /tmp and /var/tmp (default true).",
                "--read-only-tmpfs"),
            list(
                "HOST[:DST][:rwm]",
                "Let the container use a device of the host, or all devices in a directory.",
                "--device")));
  }

  /**
   * The host's files that are to be seen.
   *
   * @throws MountSyntaxException if one is malformed
   */
  ImmutableList<BindArgument> volumes() throws MountSyntaxException {
    ImmutableList.Builder<BindArgument> volumes = ImmutableList.builder();
    for (String volume : options.values("--volume")) {
      volumes.add(BindArgument.parse(volume));
    }
    for (String mount : options.values("--mount")) {
      MountArgument.parse(mount).bind().ifPresent(volumes::add);
    }
    return volumes.build();
  }

  /**
   * The host's devices that are to be used.
   *
   * @throws MountSyntaxException if one is malformed
   */
  ImmutableList<DeviceArgument> devices() throws MountSyntaxException {
    ImmutableList.Builder<DeviceArgument> devices = ImmutableList.builder();
    for (String device : options.values("--device")) {
      devices.add(DeviceArgument.parse(device));
    }
    return devices.build();
  }

  /**
   * All else.
   *
   * @throws MountSyntaxException if a tmpfs is malformed
   * @throws UsageException if another value is
   */
  FilesystemOverrides overrides() throws MountSyntaxException, UsageException {
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    for (String tmpfs : options.values("--tmpfs")) {
      mounts.add(TmpfsArgument.parse(tmpfs));
    }
    for (String mount : options.values("--mount")) {
      MountArgument.parse(mount).tmpfs().ifPresent(mounts::add);
    }
    return new FilesystemOverrides(
        mounts.build(),
        ImmutableList.of(),
        shmSize(),
        options.isOn("--read-only"),
        readOnlyTmpfs());
  }

  private OptionalLong shmSize() throws UsageException {
    Optional<String> size = options.value("--shm-size");
    if (size.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Size.parse(size.get(), 0));
    } catch (ArgumentException e) {
      throw new UsageException("--shm-size: " + e.getMessage());
    }
  }

  private boolean readOnlyTmpfs() throws UsageException {
    if (options.has("--read-only-tmpfs") && !options.isOn("--read-only")) {
      throw new UsageException("--read-only-tmpfs is about --read-only, which is missing");
    }
    return options.isTrue("--read-only-tmpfs", true);
  }
}
