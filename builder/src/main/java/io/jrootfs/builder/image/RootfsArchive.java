package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writes a root filesystem as a plain tar, for tools that want the tree and no image. */
public final class RootfsArchive {
  private RootfsArchive() {}

  /**
   * Writes {@code rootfs} to {@code output}, which appears complete or not at all.
   *
   * @param sourceDate no entry is dated later: seconds since the epoch
   * @throws IOException if a file of the rootfs cannot be read or the output cannot be written
   */
  public static void write(Rootfs rootfs, long sourceDate, Compression compression, Path output)
      throws IOException {
    try (PendingFile file = PendingFile.replacing(output)) {
      try (OutputStream tar =
          LayerWriter.compressor(new BufferedOutputStream(file.stream(), 128 << 10), compression)) {
        new TarWriter(sourceDate).write(rootfs, tar);
      }
      file.commit();
    }
  }
}
