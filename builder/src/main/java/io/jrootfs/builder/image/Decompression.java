package io.jrootfs.builder.image;

import com.github.luben.zstd.ZstdInputStream;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * One pass over compressed bytes that takes the digests of both forms.
 *
 * <p>A root filesystem may have any size, so what bounds it is the disk it goes to; but a thousand
 * bytes for each that is stored come of nothing that anybody keeps. What a decompressor may take of
 * memory is limited, too.
 *
 * @param stored digest of the bytes as they are stored, up to the last one
 * @param plain digest of what they decompressed to
 * @param failure why they could not be decompressed to the end, or empty; {@code plain} is then of
 *     no use
 */
record Decompression(Digest stored, Digest plain, String failure) {
  private static final int BUFFER_SIZE = 128 << 10;

  /** Bytes that anything may expand to, as an empty file system of one file of zeros does. */
  private static final long FREE_SIZE = 1L << 30;

  /** And for each stored byte: gzip comes to 1032, which it needs nothing but zeros for. */
  private static final int PLAIN_PER_BYTE = 1000;

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
  static Decompression pass(FileContent.Slice content, StoredFormat format, FileOutput out)
      throws IOException {
    try (InputStream stored = content.open();
        BackgroundDigest whole = new BackgroundDigest();
        BackgroundDigest plain = new BackgroundDigest()) {
      Source source = new Source(stored, whole);
      String failure = "";
      try (InputStream in = decompressor(source, format)) {
        byte[] buffer = new byte[BUFFER_SIZE];
        long size = 0;
        for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
          plain.update(buffer, 0, count);
          size += count;
          checkSize(size, source.size);
          out.write(buffer, 0, count);
        }
      } catch (DamagedException e) {
        source.rethrowOwnFailure();
        failure = e.getMessage() == null ? "damaged" : e.getMessage();
      }
      source.drain();
      return new Decompression(whole.finish(), plain.finish(), failure);
    }
  }

  private static InputStream decompressor(Source source, StoredFormat format)
      throws DamagedException {
    try {
      InputStream in = new BufferedInputStream(source, BUFFER_SIZE);
      return switch (format) {
        case PLAIN -> throw new IllegalArgumentException("not compressed");
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

  private static void checkSize(long plain, long stored) throws DamagedException {
    if (plain > FREE_SIZE && plain / PLAIN_PER_BYTE > stored) {
      throw new DamagedException(
          "it expands to more than " + PLAIN_PER_BYTE + " times its size, and is refused");
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
    private long size;

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
          size += count;
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
