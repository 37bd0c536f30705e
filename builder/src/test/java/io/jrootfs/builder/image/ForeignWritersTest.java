package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we make of the images others write. */
class ForeignWritersTest {
  @TempDir Path directory;
  private ForeignTool foreign;
  private Path spool;
  private WrittenImage ours;

  /** Removes a file of the layer below, so that flattening has something to do. */
  private static final Rootfs SECOND =
      Rootfs.of(
          List.of(
              new RootfsEntry.Directory(RootfsPath.ROOT, Trees.mode(0755)),
              Trees.directory("/usr"),
              Trees.file("/usr/.wh.grüße", ""),
              Trees.file("/usr/new", "new\n")));

  @BeforeEach
  void writeOurs() throws IOException {
    foreign = new ForeignTool(Files.createDirectory(directory.resolve("foreign")));
    spool = Files.createDirectory(directory.resolve("spool"));
    ours =
        Samples.write(
            directory.resolve("ours.tar"), Compression.GZIP, directory, Trees.everything(), SECOND);
  }

  private static Map<String, String> expected() {
    return Trees.contents(
        Rootfs.of(
            ImmutableList.copyOf(
                Iterables.concat(
                    Iterables.filter(
                        Trees.everything().all(),
                        entry -> !entry.path().value().equals("/usr/grüße")),
                    List.of(Trees.file("/usr/new", "new\n"))))));
  }

  private void assertSameImage(Path written) throws Exception {
    Image image = ImageReader.open(written, ImageSelection.forThisMachine(), spool);
    assertThat(image.config()).isEqualTo(Samples.CONFIG);
    assertThat(Trees.contents(LayerFlattener.flatten(image, spool))).isEqualTo(expected());
  }

  @Test
  void ourOwnArchiveIsReadBack() throws Exception {
    assertSameImage(ours.path());
  }

  @ParameterizedTest
  @CsvSource({
    "oci:layout, gzip",
    "oci:layout, zstd",
    "oci-archive:image.tar, gzip",
    "oci-archive:image.tar, zstd",
    "docker-archive:image.tar:example/tool:1.0, gzip",
  })
  void skopeoCopiesAreRead(String destination, String format) throws Exception {
    int colon = destination.indexOf(':');
    String transport = destination.substring(0, colon);
    String name = destination.substring(colon + 1);
    foreign.skopeo(
        "copy",
        "--dest-compress-format",
        format,
        "oci-archive:" + ours.path(),
        transport + ":" + directory.resolve(name));
    int tag = name.indexOf(':');
    assertSameImage(directory.resolve(tag < 0 ? name : name.substring(0, tag)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-archive", "oci-archive", "oci-dir"})
  void podmanSavesAreRead(String format) throws Exception {
    foreign.podmanLoad(ours.path());
    Path saved = directory.resolve("saved");
    foreign.podman(
        "save", "-q", "--format", format, "-o", saved.toString(), "docker.io/example/tool:1.0");
    Image image = ImageReader.open(saved, ImageSelection.forThisMachine(), spool);
    assertThat(image.config()).isEqualTo(Samples.CONFIG);
    assertThat(LayerFlattener.flatten(image, spool).get(RootfsPath.of("/usr/grüße"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"gzip, -9c", "zstd, -19c", "xz, -9c"})
  void archivesCompressedAsAWholeAreRead(String program, String option) throws Exception {
    Path compressed = directory.resolve("image.tar.compressed");
    foreign.run(
        "sh", "-c", program + " " + option + " < '" + ours.path() + "' > '" + compressed + "'");
    assertThat(ImageKind.of(compressed)).isEqualTo(ImageKind.COMPRESSED_TAR);
    assertSameImage(compressed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-z", "--zstd", "-J"})
  void rootfsTarsOfGnuTarAreRead(String option) throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/etc")).getParent();
    Files.writeString(tree.resolve("etc/issue"), "hello\n");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("etc/issue"));
    Path tar = directory.resolve("rootfs");
    foreign.run(
        "sh",
        "-c",
        "tar -C '" + tree + "' " + option + " -cf '" + tar + "' --mtime=@0 --mode=0755 .");
    Image image = ImageReader.open(tar, ImageSelection.forThisMachine(), spool);
    assertThat(image.config()).isEqualTo(ImageConfig.empty(Platform.ofThisMachine()));
    assertThat(LayerFlattener.flatten(image, spool).all())
        .extracting(entry -> entry.path().value())
        .containsExactly("/", "/etc", "/etc/issue", "/link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "GZIP", "ZSTD"})
  void ourRootfsTarsAreReadByGnuTarAndByUs(Compression compression) throws Exception {
    Path tar = directory.resolve("rootfs.tar");
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, compression, tar);
    assertThat(foreign.run("tar", "-tf", tar.toString()).lines()).hasSize(11).contains("bin-data/");
    Image image = ImageReader.open(tar, ImageSelection.forThisMachine(), spool);
    assertThat(Trees.contents(LayerFlattener.flatten(image, spool)))
        .isEqualTo(Trees.contents(Trees.everything()));
  }
}
