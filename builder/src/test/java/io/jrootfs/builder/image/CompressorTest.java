package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers are compressed with. */
class CompressorTest {
  /** Several of the jobs that zstd's threads take, and a part of one. */
  private static final int SIZE = (40 << 20) + 4321;

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({"GZIP, gzip -dc", "ZSTD, zstd -dc"})
  void theBytesDoNotDependOnTheNumberOfThreads(Compression compression, String decompressor)
      throws Exception {
    byte[] content = halfRandom();
    byte[] expected = compressed(content, compression, 1);
    for (int threads : new int[] {2, 3, 8}) {
      assertThat(compressed(content, compression, threads)).isEqualTo(expected);
    }
    Files.write(work.resolve("content"), content);
    Files.write(work.resolve("compressed"), expected);
    ExternalTool.shell(work, decompressor + " <compressed >out && cmp out content");
  }

  /** Numbers in which bytes repeat, so that they can be compressed and are not all alike. */
  private static byte[] halfRandom() {
    byte[] content = new byte[SIZE];
    Random random = new Random(1);
    random.nextBytes(content);
    for (int i = 0; i < SIZE; i++) {
      content[i] &= (byte) ((i & 1024) == 0 ? 0x0f : 0x7f);
    }
    return content;
  }

  /** In pieces as a tar comes, of no regular size. */
  private static byte[] compressed(byte[] content, Compression compression, int threads)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream in = LayerWriter.compressor(out, compression, threads)) {
      for (int from = 0, size = 1; from < SIZE; from += size, size = 1 + (size * 7 + 99) % 300000) {
        size = Math.min(size, SIZE - from);
        in.write(content, from, size);
      }
    }
    return out.toByteArray();
  }
}
