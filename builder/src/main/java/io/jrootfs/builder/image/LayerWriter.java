package io.jrootfs.builder.image;

import com.github.luben.zstd.ZstdOutputStream;
import com.google.common.io.CountingOutputStream;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Turns a rootfs into a layer in one pass: tar, diff ID, compressor, digest, file. The same rootfs
 * and compression give the same bytes, on however many processors.
 */
public final class LayerWriter {
  private static final int BUFFER_SIZE = 128 << 10;

  /** More threads than this only wait for the tar. */
  private static final int MAX_THREADS = 8;

  private static final int ZSTD_LEVEL = 3;

  private LayerWriter() {}

  /**
   * Writes {@code rootfs} as a layer into a new file.
   *
   * @param sourceDate no entry is dated later: seconds since the epoch
   * @param directory where the blob is made; the caller removes it
   * @throws IOException if a file of the rootfs cannot be read or the blob cannot be written; no
   *     file is left then
   */
  public static WrittenLayer write(
      Rootfs rootfs, long sourceDate, Compression compression, Path directory) throws IOException {
    Path blob = Files.createTempFile(directory, "layer-", ".blob");
    // The end of the JVM by a signal passes by every finally.
    blob.toFile().deleteOnExit();
    boolean done = false;
    try {
      WrittenLayer layer = writeInto(rootfs, sourceDate, compression, blob);
      done = true;
      return layer;
    } finally {
      if (!done) {
        Files.deleteIfExists(blob);
      }
    }
  }

  private static WrittenLayer writeInto(
      Rootfs rootfs, long sourceDate, Compression compression, Path blob) throws IOException {
    MessageDigest digest = Digest.begin();
    MessageDigest plain = Digest.begin();
    OutputStream file = FileOutput.open(blob, StandardOpenOption.WRITE);
    // What is not compressed has one digest, which takes as long as all the rest.
    boolean isPlain = compression == Compression.NONE;
    CountingOutputStream stored =
        new CountingOutputStream(isPlain ? file : new DigestOutputStream(file, digest));
    try (OutputStream tar =
        new DigestOutputStream(
            compressor(new BufferedOutputStream(stored, BUFFER_SIZE), compression), plain)) {
      new TarWriter(sourceDate).write(rootfs, tar);
    }
    Digest diffId = Digest.finish(plain);
    return new WrittenLayer(
        diffId, isPlain ? diffId : Digest.finish(digest), stored.getCount(), blob, compression);
  }

  /** A stream that compresses into {@code out}, which it closes. */
  static OutputStream compressor(OutputStream out, Compression compression) throws IOException {
    return compressor(
        out, compression, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * The same on a number of threads, on which the bytes do not depend. Of zstd that holds from one
   * worker on, as it cuts what it is given into jobs of one size ({@code ZSTD_c_nbWorkers},
   * zstd.h); without one, which is compressed in the caller's thread, they are others.
   *
   * @param threads at least 1
   */
  static OutputStream compressor(OutputStream out, Compression compression, int threads)
      throws IOException {
    return switch (compression) {
      case NONE -> new BufferedOutputStream(out, BUFFER_SIZE);
      case GZIP -> new BlockGzipOutputStream(out, threads);
      case ZSTD ->
          new BufferedOutputStream(
              new ZstdOutputStream(out, ZSTD_LEVEL).setWorkers(threads), BUFFER_SIZE);
    };
  }
}
