package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** A damaged archive is refused or read as if it were whole; it is never read as another image. */
class BitFlipTest {
  private static @Nullable Path directory;
  private static byte @Nullable [] good;

  @BeforeContainer
  static void write() throws IOException {
    directory = Files.createTempDirectory("bit-flip");
    good =
        Files.readAllBytes(
            Samples.write(
                    directory.resolve("good.tar"), Compression.ZSTD, directory, Trees.everything())
                .path());
  }

  @AfterContainer
  static void remove() throws IOException {
    MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  /**
   * @param where as a share of the archive, or of its end
   * @param atTheEnd where the documents are that lead to the blobs
   */
  @Property(tries = 300)
  void aFlippedBitIsNoticedOrHarmless(
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double where,
      @ForAll boolean atTheEnd,
      @ForAll @IntRange(max = 7) int bit)
      throws IOException {
    byte[] bytes = good.clone();
    int start = atTheEnd ? Math.max(0, bytes.length - 8192) : 0;
    bytes[start + (int) (where * (bytes.length - start))] ^= (byte) (1 << bit);
    Path bad = Files.write(directory.resolve("bad.tar"), bytes);
    Path spool = Files.createTempDirectory(directory, "spool");
    try {
      Image image = ImageReader.open(bad, ImageSelection.forThisMachine(), spool);
      assertThat(image.config()).isEqualTo(Samples.CONFIG);
      assertThat(Trees.contents(LayerFlattener.flatten(image, spool)))
          .isEqualTo(Trees.contents(Trees.everything()));
    } catch (ImageFormatException e) {
      assertThat(e.image()).isEqualTo(bad);
      assertThat(spool).isEmptyDirectory();
    }
  }
}
