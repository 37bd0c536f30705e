package io.jrootfs.runner;

import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountTable;
import io.jrootfs.runner.mount.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** From what the user wants to see of the host's files to mounts. */
final class HostMounts {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  private HostMounts() {}

  /**
   * The mount that an argument asks for.
   *
   * @throws HostSourceException if the source is not there, or its mount propagates nothing though
   *     that is asked for
   */
  static Mount.Bind of(BindArgument bind) throws HostSourceException, IOException {
    String source = HostPath.real(bind.option(), bind.argument(), bind.source()).toString();
    if (bind.propagation() != Propagation.PRIVATE) {
      MountTable.Entry mount = MountTable.parse(Files.readString(MOUNTINFO)).of(source);
      // A slave passes on what it gets; a shared one needs a peer. The kernel would take both.
      boolean propagates =
          bind.propagation() == Propagation.SLAVE
              ? mount.propagation() != Propagation.PRIVATE
              : mount.propagation() == Propagation.SHARED;
      if (!propagates) {
        throw new HostSourceException(
            bind.option(),
            bind.argument(),
            "'"
                + bind.source()
                + "' is on the mount "
                + mount.mountPoint()
                + ", which shares nothing with others; 'mount --make-shared "
                + mount.mountPoint()
                + "' would change that");
      }
    }
    return bind.toMount(source);
  }
}
