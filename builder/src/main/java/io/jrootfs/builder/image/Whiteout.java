package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import java.nio.file.Path;

/** The names by which a layer removes files of those below it (image-spec layer.md, Whiteouts). */
public final class Whiteout {
  static final String PREFIX = ".wh.";

  private Whiteout() {}

  /** Whether a layer cannot hold a file of that name. */
  static boolean isOne(String fileName) {
    return fileName.startsWith(PREFIX);
  }

  /**
   * Refuses a tree that no layer can hold: what reads the layer would remove other files in place
   * of making these. Also the tar of a root filesystem is read as a layer, as by docker import.
   *
   * @throws UncopyableFileException if a file has such a name
   */
  public static void refuseIn(Rootfs rootfs) throws UncopyableFileException {
    for (RootfsPath path : rootfs.entries().keySet()) {
      if (isOne(path.fileName())) {
        throw new UncopyableFileException(
            Path.of(path.value()),
            "in a layer, a name that starts with "
                + PREFIX
                + " removes a file (image-spec layer.md); rename it, or make a directory of the"
                + " tree with --format dir, which keeps it");
      }
    }
  }
}
