package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import io.jrootfs.builder.rootfs.FileContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerCopiesTest {
  /** Before the layer, as in an archive. */
  private static final int OFFSET = 512;

  /** Of several strides, and not a whole number of them. */
  private static final int SIZE = (9 << 20) + 1;

  @TempDir Path work;
  private Path spool;
  private byte[] stored;

  @BeforeEach
  void makeSpool() throws Exception {
    spool = Files.createDirectory(work.resolve("spool"));
    stored = new byte[OFFSET + SIZE];
    new Random(17).nextBytes(stored);
    stored[OFFSET] = 'x'; // no compressed format begins so
  }

  private byte[] layer() {
    return Arrays.copyOfRange(stored, OFFSET, stored.length);
  }

  /** An image with one layer, twice. */
  private Image image(Path archive, Digest digest) throws Exception {
    Files.write(archive, stored);
    LayerBlob blob = new LayerBlob(digest, digest, new FileContent.Slice(archive, OFFSET, SIZE));
    return new Image(
        archive, ImageConfig.empty(Platform.parse("linux/amd64")), ImmutableList.of(blob, blob));
  }

  @Test
  void layerIsCopiedOnceAndVerified() throws Exception {
    Image image = image(work.resolve("image.tar"), Digest.of(layer()));
    try (LayerCopies copies = new LayerCopies(image, spool)) {
      ImmutableList<UnpackedLayer> made = copies.make();
      Files.write(image.source(), new byte[] {1});
      copies.verify();
      assertThat(made).hasSize(2);
      assertThat(made.get(0)).isEqualTo(made.get(1));
      FileContent.Slice tar = made.get(0).tar();
      assertThat(tar.file()).hasParent(spool).hasBinaryContent(layer());
      assertThat(tar.size()).isEqualTo(SIZE);
    }
  }

  @Test
  void anotherDigestIsAnError() throws Exception {
    Digest said = Digest.of(new byte[] {1});
    Image image = image(work.resolve("image.tar"), said);
    try (LayerCopies copies = new LayerCopies(image, spool)) {
      assertThat(copies.make()).hasSize(2);
      assertThatThrownBy(copies::verify)
          .isInstanceOf(ImageFormatException.class)
          .hasMessageContaining(
              "layer %s: its %d bytes have the digest %s"
                  .formatted(said, SIZE, Digest.of(layer())));
    }
  }

  /** Its last byte counts as its first does. */
  @Test
  void digestIsOfTheCopyToItsEnd() throws Exception {
    byte[] other = layer();
    other[SIZE - 1]++;
    Image image = image(work.resolve("image.tar"), Digest.of(other));
    try (LayerCopies copies = new LayerCopies(image, spool)) {
      assertThat(copies.make()).hasSize(2);
      assertThatThrownBy(copies::verify).isInstanceOf(ImageFormatException.class);
    }
  }

  @Test
  void whatWasDecompressedToTheSpoolStaysAndIsVerified() throws Exception {
    Image image = image(spool.resolve("archive.tar"), Digest.of(new byte[] {1}));
    try (LayerCopies copies = new LayerCopies(image, spool)) {
      assertThat(copies.make()).extracting(UnpackedLayer::tar).containsOnly(stored(image));
      assertThat(MoreFiles.listFiles(spool)).containsExactly(image.source());
      assertThatThrownBy(copies::verify).isInstanceOf(ImageFormatException.class);
    }
  }

  private static FileContent.Slice stored(Image image) {
    return image.layers().get(0).location();
  }

  @Test
  void imageThatEndsEarlyIsAnError() throws Exception {
    Image image = image(work.resolve("image.tar"), Digest.of(layer()));
    Files.write(image.source(), Arrays.copyOf(stored, OFFSET + SIZE - 7));
    try (LayerCopies copies = new LayerCopies(image, spool)) {
      assertThatThrownBy(copies::make).hasMessageEndingWith("changed while read");
    }
  }
}
