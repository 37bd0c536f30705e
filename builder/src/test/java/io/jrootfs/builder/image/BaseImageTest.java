package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images made of images. */
class BaseImageTest {
  private static final RootfsEntry ROOT =
      new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755));
  private static final RootfsEntry STICKY =
      new RootfsEntry.Directory(RootfsPath.of("/tmp"), Metadata.ofMode(01777));
  private static final Rootfs BELOW =
      Rootfs.of(ImmutableList.of(ROOT, STICKY, file("/kept", "kept"), file("/old", "old")));
  private static final Rootfs RESULT =
      Rootfs.of(ImmutableList.of(ROOT, STICKY, file("/kept", "kept"), file("/tmp/new", "new")));

  @TempDir Path work;
  private TemporaryDirectory spool;

  @BeforeEach
  void openSpool() throws IOException {
    spool = TemporaryDirectory.make();
  }

  @AfterEach
  void closeSpool() throws IOException {
    spool.close();
  }

  private static RootfsEntry file(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), Metadata.ofMode(0644), new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  private BaseImage base() throws Exception {
    Path archive = work.resolve("base.tar");
    HybridArchive.write(
        ImageReference.parse("localhost/base:1"),
        Samples.CONFIG,
        Samples.MADE,
        ImmutableList.of(LayerWriter.write(BELOW, 0, Compression.ZSTD, work)),
        archive);
    Image image = ImageReader.open(archive, ImageSelection.forThisMachine(), work);
    return BaseImage.of(image, Optional.empty(), spool);
  }

  private DistributableImage with(BaseImage base, ImmutableList<WrittenLayer> layers)
      throws Exception {
    return base.with(
        base.config(), ImmutableSortedMap.of(), Samples.MADE, layers, Compression.NONE);
  }

  @Test
  void withNothingAddedItIsTheSameImage() throws Exception {
    BaseImage base = base();
    assertThat(LayerDifference.between(base.rootfs(), base.rootfs(), 0)).isEmpty();
    assertThat(with(base, ImmutableList.of()).manifest().digest()).isEqualTo(base.digest());
  }

  @Test
  void theLayerHoldsWhatIsNewAndWhatIsGoneAndTheDirectoriesOnTheWay() throws Exception {
    Rootfs layer = LayerDifference.between(BELOW, RESULT, 0).orElseThrow();
    assertThat(layer.entries().keySet())
        .extracting(RootfsPath::value)
        .containsExactly("/", "/.wh.old", "/tmp", "/tmp/new");
    assertThat(layer.get(RootfsPath.of("/tmp"))).hasValue(STICKY);
  }

  @Test
  void theBasesLayerStaysAndSkopeoCopiesTheWhole() throws Exception {
    BaseImage base = base();
    Rootfs layer = LayerDifference.between(base.rootfs(), RESULT, 0).orElseThrow();
    DistributableImage made =
        with(base, ImmutableList.of(LayerWriter.write(layer, 0, Compression.GZIP, work)));
    assertThat(made.layers().get(0)).isEqualTo(with(base, ImmutableList.of()).layers().get(0));
    Path archive = work.resolve("made.tar");
    HybridArchive.write(
        ImageReference.parse("localhost/made:1"),
        base.config().platform(),
        made,
        0,
        ArchiveForm.HYBRID,
        archive);

    ExternalTool.run(work, "skopeo", "copy", "-q", "oci-archive:made.tar", "dir:copied");
    Image read = ImageReader.open(archive, ImageSelection.forThisMachine(), work);
    assertThat(LayerFlattener.flatten(read, work).entries().keySet())
        .isEqualTo(RESULT.entries().keySet());
  }
}
