package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.tar.TarMember;
import io.jrootfs.builder.tar.TarReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No damage to an image goes unnoticed, and the message says where it is. */
class CorruptionTest {
  @TempDir Path directory;
  private Path spool;

  @BeforeEach
  void makeSpool() throws IOException {
    spool = Files.createDirectory(directory.resolve("spool"));
  }

  private WrittenImage good(Compression compression) throws IOException {
    return Samples.write(
        directory.resolve("image.tar"),
        compression,
        directory,
        Trees.everything(),
        Trees.everything());
  }

  private ImageFormatException refusal(Path image) {
    ImageFormatException e =
        catchThrowableOfType(
            ImageFormatException.class,
            () ->
                LayerFlattener.flatten(
                    ImageReader.open(image, ImageSelection.forThisMachine(), spool), spool));
    assertThat(e).as("the refusal of a damaged image").isNotNull();
    return e;
  }

  private static List<RootfsEntry.RegularFile> blobs(Path archive) throws Exception {
    List<RootfsEntry.RegularFile> blobs = new ArrayList<>();
    for (TarMember member : TarReader.read(archive)) {
      if (member.name().startsWith("blobs/")
          && member.entry() instanceof RootfsEntry.RegularFile file) {
        blobs.add(file);
      }
    }
    return blobs;
  }

  @ParameterizedTest
  @EnumSource
  void aChangedByteInAnyBlobIsADigestMismatchThatNamesTheBlob(Compression compression)
      throws Exception {
    Path good = good(compression).path();
    List<RootfsEntry.RegularFile> blobs = blobs(good);
    assertThat(blobs).hasSize(3);
    for (RootfsEntry.RegularFile blob : blobs) {
      FileContent.Slice place = (FileContent.Slice) blob.content();
      for (long offset : new long[] {0, place.size() / 2, place.size() - 1}) {
        byte[] bytes = Files.readAllBytes(good);
        bytes[(int) (place.offset() + offset)] ^= 1;
        Path bad = Files.write(directory.resolve("bad.tar"), bytes);
        ImageFormatException e = refusal(bad);
        assertThat(e.kind()).isEqualTo(Kind.DIGEST_MISMATCH);
        assertThat(e.image()).isEqualTo(bad);
        assertThat(e.subject()).endsWith(blob.path().fileName());
        assertThat(e).hasMessageContaining(place.size() + " bytes have");
      }
    }
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void aDamagedLayerOfACompressedArchiveIsReportedOfTheFileTheUserNamed() throws Exception {
    Path good = good(Compression.NONE).path();
    byte[] bytes = Files.readAllBytes(good);
    FileContent.Slice largest =
        blobs(good).stream()
            .map(blob -> (FileContent.Slice) blob.content())
            .max(Comparator.comparing(FileContent.Slice::size))
            .orElseThrow();
    bytes[(int) (largest.offset() + largest.size() - 1)] ^= 1;
    Path bad = directory.resolve("bad.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bad))) {
      out.write(bytes);
    }
    ImageFormatException e = refusal(bad);
    assertThat(e.kind()).isEqualTo(Kind.DIGEST_MISMATCH);
    assertThat(e.image()).isEqualTo(bad);
  }

  @Test
  void aBlobThatIsMissingIsNamed() throws Exception {
    Path good = good(Compression.GZIP).path();
    for (RootfsEntry.RegularFile blob : blobs(good)) {
      Path layout = Files.createTempDirectory(directory, "layout");
      new ForeignTool(Files.createTempDirectory(directory, "foreign"))
          .run("tar", "-C", layout.toString(), "-xf", good.toString());
      Files.delete(layout.resolve(blob.path().relative()));
      ImageFormatException e = refusal(layout);
      assertThat(e.kind()).isEqualTo(Kind.MISSING);
      assertThat(e.subject()).isEqualTo(blob.path().relative());
    }
  }

  @Test
  void aBlobThatGrewOrShrankIsASizeMismatch() throws Exception {
    Path good = good(Compression.GZIP).path();
    Path layout = Files.createDirectory(directory.resolve("layout"));
    new ForeignTool(Files.createTempDirectory(directory, "foreign"))
        .run("tar", "-C", layout.toString(), "-xf", good.toString());
    for (RootfsEntry.RegularFile blob : blobs(good)) {
      Path file = layout.resolve(blob.path().relative());
      byte[] bytes = Files.readAllBytes(file);
      for (int size : new int[] {0, bytes.length - 1, bytes.length + 1}) {
        Files.write(file, Arrays.copyOf(bytes, size));
        ImageFormatException e = refusal(layout);
        assertThat(e.kind()).isEqualTo(Kind.SIZE_MISMATCH);
        assertThat(e)
            .hasMessageContaining(blob.path().fileName())
            .hasMessageContaining("has " + size + " bytes, its descriptor says " + bytes.length);
      }
      Files.write(file, bytes);
    }
  }

  @Test
  void anArchiveCutOffAnywhereIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(good(Compression.ZSTD).path());
    Path cut = directory.resolve("cut.tar");
    // The last zero block is not needed to know that the archive is complete.
    for (int size = 0; size < bytes.length - 512; size += size < 4096 ? 100 : 4999) {
      Files.write(cut, Arrays.copyOf(bytes, size));
      assertThat(refusal(cut).kind()).isIn(Kind.NOT_AN_IMAGE, Kind.MALFORMED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void aCompressedTarCutOffAnywhereIsRefusedAndLeavesNothingInTheSpool(Compression compression)
      throws Exception {
    Path whole = directory.resolve("whole");
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, compression, whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = directory.resolve("cut.tar");
    for (int size = 5; size < bytes.length; size += 3331) {
      Files.write(cut, Arrays.copyOf(bytes, size));
      ImageFormatException e = refusal(cut);
      assertThat(e.kind()).isEqualTo(Kind.MALFORMED);
      assertThat(e.getMessage()).startsWith(cut + ": cannot be decompressed as ");
      assertThat(spool).isEmptyDirectory();
    }
  }

  /** A few kilobytes that would fill a disk. */
  @Test
  void aBombIsRefusedBeforeItFillsADisk() throws Exception {
    Path bomb = directory.resolve("bomb.tar");
    try (OutputStream out = LayerWriter.compressor(Files.newOutputStream(bomb), Compression.ZSTD)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 3 << 10; i++) {
        out.write(zeros);
      }
    }
    assertThat(refusal(bomb))
        .hasMessage(
            bomb
                + ": cannot be decompressed as zstd: it expands to more than 1000 times its size,"
                + " and is refused");
    assertThat(spool).isEmptyDirectory();
  }
}
