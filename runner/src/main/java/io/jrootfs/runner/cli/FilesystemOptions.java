package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.flag;
import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.list;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.spec.FilesystemOverrides;
import picocli.CommandLine.Model.CommandSpec;

/** What the container sees as its files, besides the image. */
final class FilesystemOptions {
  private final Options options;

  FilesystemOptions(Options options) {
    this.options = options;
  }

  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nFiles:%n",
            list(
                "SRC:DST[:OPTIONS]",
                "Show a file or directory of the host. OPTIONS: ro, rw, rbind.",
                "-v",
                "--volume"),
            list(
                "DST[:OPTIONS]",
                "Mount an empty tmpfs. OPTIONS: ro, exec, suid, dev, size=, mode=, nr_inodes=.",
                "--tmpfs"),
            flag("Make the container's root read-only.", "--read-only")));
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
    return volumes.build();
  }

  /**
   * All else.
   *
   * @throws MountSyntaxException if a tmpfs is malformed
   */
  FilesystemOverrides overrides() throws MountSyntaxException {
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    for (String tmpfs : options.values("--tmpfs")) {
      mounts.add(TmpfsArgument.parse(tmpfs));
    }
    return new FilesystemOverrides(mounts.build(), options.has("--read-only"));
  }
}
