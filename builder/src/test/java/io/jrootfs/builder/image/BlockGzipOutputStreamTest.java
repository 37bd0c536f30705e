package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockGzipOutputStreamTest {
  private static final int BLOCK = BlockGzipOutputStream.BLOCK_SIZE;

  private static byte[] compress(byte[] bytes, int threads, int pieces) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new BlockGzipOutputStream(out, threads)) {
      for (int at = 0; at < bytes.length; at += pieces) {
        gzip.write(bytes, at, Math.min(pieces, bytes.length - at));
      }
    }
    return out.toByteArray();
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 20 * BLOCK + 17})
  void anySizeIsReadBackByTheJdk(int size) throws IOException {
    assertThat(decompress(compress(Trees.compressible(size), 2, 10_000)))
        .isEqualTo(Trees.compressible(size));
    // What cannot be compressed grows.
    assertThat(decompress(compress(random(size), 2, 10_000))).isEqualTo(random(size));
  }

  @Property(tries = 20)
  void bytesDependNeitherOnThreadsNorOnHowTheyAreWritten(
      @ForAll @IntRange(max = 5 * BLOCK) int size,
      @ForAll @IntRange(min = 1, max = 9) int threads,
      @ForAll @IntRange(min = 1000, max = 2 * BLOCK) int pieces)
      throws IOException {
    byte[] bytes = Trees.compressible(size);
    assertThat(compress(bytes, threads, pieces)).isEqualTo(compress(bytes, 1, BLOCK));
  }

  @Example
  void theHeaderSaysNothingOfTheMachine() throws IOException {
    assertThat(compress(new byte[1], 1, 1)).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
  }

  @Test
  void blocksShareADictionary() throws IOException {
    byte[] block = random(30_000);
    byte[] bytes = new byte[10 * BLOCK];
    for (int at = 0; at < bytes.length; at += block.length) {
      System.arraycopy(block, 0, bytes, at, Math.min(block.length, bytes.length - at));
    }
    assertThat(compress(bytes, 2, BLOCK)).hasSizeLessThan(2 * block.length);
  }

  @Test
  void aFailureBelowIsReportedOnce() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 10) {
              throw new IOException("full");
            }
          }
        };
    assertThatThrownBy(
            () -> {
              try (OutputStream gzip = new BlockGzipOutputStream(full, 2)) {
                gzip.write(random(20 * BLOCK));
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("full");
  }
}
