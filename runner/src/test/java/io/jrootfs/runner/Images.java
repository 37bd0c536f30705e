package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images with nothing but busybox, made by tools that are not ours. */
final class Images {
  private static final ImmutableList<String> PROGRAMS =
      ImmutableList.of(
          "sh",
          "cat",
          "ls",
          "id",
          "pwd",
          "stat",
          "readlink",
          "mount",
          "touch",
          "grep",
          "mkdir",
          "hostname",
          "env",
          "ip",
          "sleep",
          "kill",
          "test",
          "wc",
          "rm",
          "mknod",
          "chown");

  private Images() {}

  /** A root filesystem directory. */
  static Path rootfs(Path directory) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.copy(Path.of("/usr/bin/busybox"), bin.resolve("busybox"));
    check(directory, "chmod 755 bin/busybox");
    for (String program : PROGRAMS) {
      Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
    }
    Files.createDirectories(directory.resolve("etc"));
    Files.createDirectories(directory.resolve("home/app"));
    Files.writeString(
        directory.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n");
    Files.writeString(directory.resolve("etc/group"), "root:x:0:\nvideo:x:44:app\napp:x:1001:\n");
    Files.writeString(directory.resolve("not-executable"), "#!/bin/sh\n");
    return directory;
  }

  /** The tar of a root filesystem, by GNU tar. */
  static Path tar(Path rootfs, Path tar) {
    check(rootfs, "tar --numeric-owner --owner=0 --group=0 -cf '" + tar + "' .");
    return tar;
  }

  /** An image layout, by umoci. */
  static Path layout(Path rootfs, Path layout) {
    Path work = layout.resolveSibling(layout.getFileName() + "-work");
    check(
        layout.getParent(),
        """
        umoci init --layout '%1$s'
        umoci new --image '%1$s:latest'
        umoci unpack --image '%1$s:latest' '%2$s'
        cp -a '%3$s'/. '%2$s/rootfs'
        umoci repack --image '%1$s:latest' '%2$s'
        umoci config --image '%1$s:latest' --config.entrypoint sh --config.entrypoint -c \
          --config.cmd 'echo cmd $FROM_IMAGE $PWD $(id -u)' --config.env FROM_IMAGE=yes \
          --config.user app --config.workingdir /home/app
        chmod -R a+rX '%1$s'
        """
            .formatted(layout, work, rootfs));
    return layout;
  }

  /** A docker archive of a layout, by skopeo. */
  static Path dockerArchive(Path layout, Path archive) {
    check(
        layout.getParent(),
        "skopeo copy 'oci:%s:latest' 'docker-archive:%s:test:latest'".formatted(layout, archive));
    return archive;
  }

  /** Runs a shell script that must succeed. */
  static void check(Path workingDirectory, String script) {
    try {
      Installation.check(
          Installation.execute(workingDirectory, ImmutableMap.of(), List.of("sh", "-euc", script)));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(script, e);
    }
  }
}
