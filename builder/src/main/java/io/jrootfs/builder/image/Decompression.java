package io.jrootfs.builder.image;

import com.github.luben.zstd.ZstdInputStream;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * One pass over stored bytes, compressed or not, that takes the digests of both forms; once of
 * bytes that are the same in both, for it is most of the work.
 *
 * <p>There is no limit on what they expand to: a root filesystem may have any size, so only the
 * disk it goes to bounds it. What a decompressor may take of memory is limited.
 *
 * @param stored digest of the bytes as they are stored, up to the last one
 * @param plain digest of what they decompressed to
 * @param failure why they could not be decompressed to the end, or empty; {@code plain} is then of
 *     no use
 */
record Decompression(Digest stored, Digest plain, String failure) {
  private static final int BUFFER_SIZE = 128 << 10;

  /** In KiB: twice what {@code xz -9} needs. */
  private static final int XZ_MEMORY = 128 << 10;

  /** Two-logarithm of the window: 128 MiB, as much as {@code zstd -d} accepts unasked. */
  private static final int ZSTD_WINDOW_LOG = 27;

  /**
   * Decompresses {@code content} into {@code out}.
   *
   * <p>That the input is damaged is part of the answer and no exception, since the digest of all of
   * it, which is then likely wrong too, is the better diagnosis.
   *
   * @throws IOException if the stored bytes cannot be read or {@code out} cannot be written
   */
  static Decompression pass(FileContent content, StoredFormat format, OutputStream out)
      throws IOException {
    try (InputStream stored = content.open();
        BackgroundDigest whole = new BackgroundDigest();
        BackgroundDigest plain = new BackgroundDigest()) {
      Source source = new Source(stored, whole);
      boolean isPlain = format == StoredFormat.PLAIN;
      String failure = "";
      try (InputStream in = decompressor(source, format)) {
        byte[] buffer = new byte[BUFFER_SIZE];
        for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
          if (!isPlain) {
            plain.update(buffer, 0, count);
          }
          out.write(buffer, 0, count);
        }
      } catch (DamagedException e) {
        source.rethrowOwnFailure();
        failure = e.getMessage() == null ? "damaged" : e.getMessage();
      }
      source.drain();
      Digest asStored = whole.finish();
      return new Decompression(asStored, isPlain ? asStored : plain.finish(), failure);
    }
  }

  private static InputStream decompressor(Source source, StoredFormat format)
      throws DamagedException {
    try {
      InputStream in = new BufferedInputStream(source, BUFFER_SIZE);
      return switch (format) {
        case PLAIN -> in;
        case GZIP ->
            GzipCompressorInputStream.builder()
                .setInputStream(in)
                .setDecompressConcatenated(true)
                .get();
        case ZSTD, ZSTD_SKIPPABLE -> new ZstdInputStream(in).setLongMax(ZSTD_WINDOW_LOG);
        case XZ -> new XZInputStream(in, XZ_MEMORY);
        case BZIP2 -> throw new DamagedException("bzip2 is not supported");
      };
    } catch (IOException e) {
      throw new DamagedException(e.getMessage());
    }
  }

  private static int read(InputStream in, byte[] buffer) throws DamagedException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new DamagedException(e.getMessage());
    }
  }

  /** Reading failed; whether the file or the decompressor is to blame, the source knows. */
  private static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(@Nullable String message) {
      super(message);
    }
  }

  /** The stored bytes. Closing the decompressor leaves them open, to be read to their end. */
  private static final class Source extends InputStream {
    private final InputStream in;
    private final BackgroundDigest digest;
    private @Nullable IOException failure;

    Source(InputStream in, BackgroundDigest digest) {
      this.in = in;
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
          digest.update(buffer, offset, count);
        }
        return count;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    void rethrowOwnFailure() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }

    void drain() throws IOException {
      byte[] buffer = new byte[BUFFER_SIZE];
      int count;
      do {
        count = read(buffer, 0, buffer.length);
      } while (count >= 0);
    }
  }
}
