package io.jrootfs.builder.debian;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A root for any machine, unpacked from .deb files and never configured: what a package manager
 * would have written by running programs, such as ld.so.cache, is not there.
 */
public final class UnpackedDebian {
  /** The archive this system's own apt uses; a suite that it does not use stands there too. */
  private static final String MIRROR =
      "mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)'"
          + "  'Created-By: Packages' | sed -n 's/ Debian main$//p' | head -n 1);";

  private UnpackedDebian() {}

  /**
   * Unpacks packages with all they depend on.
   *
   * @param directory that is to become the root
   * @param packages separated by commas
   */
  public static Path at(Path directory, String suite, String architecture, String packages)
      throws IOException {
    ExternalTool.shell(
        Path.of("/"),
        MIRROR
            + "mmdebstrap --quiet --variant=extract --mode=root --architectures=$2 --include=$3"
            + "  $1 $4 \"$mirror\"",
        suite,
        architecture,
        packages,
        directory.toString());
    return directory;
  }
}
