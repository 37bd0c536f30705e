package io.jrootfs.builder.image;

import static io.jrootfs.builder.image.LayerTar.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayerFlattenerTest {
  @TempDir Path directory;

  private Rootfs flatten(LayerTar... layers) throws ImageFormatException, IOException {
    WrittenImage image = LayerTar.image(directory.resolve("image.tar"), directory, List.of(layers));
    return LayerFlattener.flatten(
        ImageReader.open(image.path(), ImageSelection.forThisMachine(), directory), directory);
  }

  /** One line an entry: directories end with a slash, files show content, links their target. */
  static List<String> listing(Rootfs rootfs) {
    return rootfs.all().stream()
        .filter(entry -> !entry.path().isRoot())
        .map(LayerFlattenerTest::line)
        .toList();
  }

  private static String line(RootfsEntry entry) {
    String name = entry.path().relative();
    if (entry instanceof RootfsEntry.Directory) {
      return name + "/";
    } else if (entry instanceof RootfsEntry.RegularFile file) {
      return name + "=" + text(file.content());
    } else if (entry instanceof RootfsEntry.Symlink link) {
      return name + "->" + link.target();
    } else if (entry instanceof RootfsEntry.HardLink link) {
      return name + "==" + link.target();
    }
    throw new IllegalArgumentException(entry.toString());
  }

  private static String text(FileContent content) {
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anImageWithoutLayersIsAnEmptyRoot() throws Exception {
    assertThat(listing(flatten())).isEmpty();
  }

  @Test
  void upperFilesReplaceLowerOnes() throws Exception {
    assertThat(listing(flatten(layer().file("a", "1").file("b", "1"), layer().file("a", "2"))))
        .containsExactly("a=2", "b=1");
  }

  @Test
  void aWhiteoutHidesALowerTree() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer().directory("d").directory("d/e").file("d/e/f", "").file("g", ""),
                    layer().file(".wh.d", ""))))
        .containsExactly("g=");
  }

  @Test
  void aWhiteoutSparesItsOwnLayerWhereverItStands() throws Exception {
    LayerTar lower = layer().directory("d").file("d/old", "");
    assertThat(listing(flatten(lower, layer().file(".wh.d", "").directory("d").file("d/new", ""))))
        .containsExactly("d/", "d/new=");
    assertThat(listing(flatten(lower, layer().directory("d").file("d/new", "").file(".wh.d", ""))))
        .containsExactly("d/", "d/new=");
    assertThat(listing(flatten(lower, layer().file("d/old", "new").file("d/.wh.old", ""))))
        .containsExactly("d/", "d/old=new");
  }

  @Test
  void anOpaqueWhiteoutEmptiesADirectoryOfLowerLayersWhereverItStands() throws Exception {
    LayerTar lower = layer().directory("d").file("d/old", "").directory("d/e").file("d/e/f", "");
    assertThat(
            listing(
                flatten(
                    lower, layer().directory("d").file("d/.wh..wh..opq", "").file("d/new", ""))))
        .containsExactly("d/", "d/new=");
    assertThat(
            listing(
                flatten(
                    lower, layer().directory("d").file("d/e/new", "").file("d/.wh..wh..opq", ""))))
        .containsExactly("d/", "d/e/", "d/e/new=");
  }

  @Test
  void aWhiteoutOfNothingHidesNothing() throws Exception {
    assertThat(listing(flatten(layer().file(".wh.a", "").file("no/.wh.b", "").file("c", ""))))
        .containsExactly("c=");
  }

  @Test
  void bookkeepingOfAufsIsNoContent() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer()
                        .file(".wh..wh.aufs", "")
                        .directory(".wh..wh.plnk")
                        .file(".wh..wh.plnk/12.34", "")
                        .file("a", ""))))
        .containsExactly("a=");
  }

  @Test
  void ofTwoEntriesWithOneNameTheLaterCounts() throws Exception {
    assertThat(listing(flatten(layer().file("a", "1").file("./a", "2").file("/a", "3"))))
        .containsExactly("a=3");
  }

  @Test
  void aRepeatedDirectoryKeepsItsContentAndTakesTheNewAttributes() throws Exception {
    Rootfs rootfs = flatten(layer().directory("d").file("d/a", ""), layer().directory("d", 0700));
    assertThat(listing(rootfs)).containsExactly("d/", "d/a=");
    assertThat(rootfs.get(RootfsPath.of("/d")))
        .hasValueSatisfying(entry -> assertThat(entry.metadata().mode()).isEqualTo(0700));
  }

  @Test
  void anEntryBelowALinkLandsWhereTheLinkLeads() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer().directory("usr").directory("usr/bin").symlink("bin", "usr/bin"),
                    layer().file("bin/foo", "").symlink("up", "/usr/../../usr").file("up/x", ""))))
        .containsExactly(
            "bin->usr/bin", "up->/usr/../../usr", "usr/", "usr/bin/", "usr/bin/foo=", "usr/x=");
  }

  @Test
  void aWhiteoutBelowALinkHidesWhatTheLinkLeadsTo() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer().directory("usr").file("usr/a", "").symlink("u", "usr"),
                    layer().file("u/.wh.a", ""))))
        .containsExactly("u->usr", "usr/");
  }

  @Test
  void anEntryBelowADanglingLinkMakesWhatIsMissing() throws Exception {
    assertThat(listing(flatten(layer().symlink("l", "no/where").file("l/a", ""))))
        .containsExactly("l->no/where", "no/", "no/where/", "no/where/a=");
  }

  @Test
  void aDirectoryReplacesALinkAndTheOpaqueWhiteoutInItSparesTheLinksTarget() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer().directory("target").file("target/a", "").symlink("d", "target"),
                    layer().directory("d").file("d/.wh..wh..opq", "").file("d/b", ""))))
        .containsExactly("d/", "d/b=", "target/", "target/a=");
  }

  @Test
  void aFileReplacesADirectoryWithAllThatIsInIt() throws Exception {
    assertThat(listing(flatten(layer().directory("d").file("d/a", ""), layer().file("d", "file"))))
        .containsExactly("d=file");
    assertThat(listing(flatten(layer().directory("d").file("d/a", ""), layer().symlink("d", "no"))))
        .containsExactly("d->no");
  }

  @Test
  void missingParentsAreOwnedByRootAndOpenToAll() throws Exception {
    Rootfs rootfs = flatten(layer().file("a/b/c", ""));
    assertThat(rootfs.get(RootfsPath.of("/a/b")))
        .hasValueSatisfying(entry -> assertThat(entry.metadata().mode()).isEqualTo(0755));
  }

  @Test
  void theRootTakesTheAttributesOfItsEntry() throws Exception {
    Rootfs rootfs = flatten(layer().directory("./", 0711));
    assertThat(rootfs.entries().firstEntry().getValue().metadata().mode()).isEqualTo(0711);
  }

  @Test
  void theFirstNameInPathOrderHoldsTheContentOfAFileWithSeveral() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer().file("m", "text").hardLink("z", "m").hardLink("b/x", "z"),
                    layer().hardLink("a", "b/x"))))
        .containsExactly("a=text", "b/", "b/x==/a", "m==/a", "z==/a");
  }

  @Test
  void aHardLinkOutlivesItsTarget() throws Exception {
    assertThat(
            listing(
                flatten(
                    layer()
                        .file("a", "old")
                        .hardLink("b", "a")
                        .symlink("s", "x")
                        .hardLink("t", "s"),
                    layer().file("a", "new").file(".wh.s", ""))))
        .containsExactly("a=new", "b=old", "t->x");
  }

  static Stream<Arguments> hostileLayers() {
    return Stream.of(
        Arguments.of("a bare whiteout", layer().file(".wh.", ""), "a whiteout that names nothing"),
        Arguments.of(
            "a whiteout of .", layer().file("d/a", "").file("d/.wh..", ""), "names nothing"),
        Arguments.of(
            "a whiteout of ..", layer().file("d/a", "").file("d/.wh...", ""), "names nothing"),
        Arguments.of("in a whiteout", layer().file(".wh.a/b", ""), "whose name begins with .wh."),
        Arguments.of("below a file", layer().file("a", "").file("a/b", ""), "is not a directory"),
        Arguments.of(
            "below a loop of links",
            layer().symlink("a", "b").symlink("b", "a").file("a/c", ""),
            "too many symbolic links"),
        Arguments.of(
            "link to nothing", layer().hardLink("a", "b"), "hard link to /b, which does not exist"),
        Arguments.of(
            "link to a directory",
            layer().directory("b").hardLink("a", "b"),
            "hard link to /b, which is a directory"),
        Arguments.of(
            "link to whited out",
            layer().file("b", ""),
            layer().file(".wh.b", "").hardLink("a", "b")),
        Arguments.of("out of the root", layer().file("../a", ""), "'..'"),
        Arguments.of("a link out of the root", layer().hardLink("a", "../b"), "'..'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileLayers")
  void hostileLayersAreRefusedByLayerAndEntry(String what, LayerTar layer, Object second)
      throws Exception {
    LayerTar[] layers =
        second instanceof LayerTar upper ? new LayerTar[] {layer, upper} : new LayerTar[] {layer};
    String message = second instanceof String text ? text : "which does not exist";
    ImageFormatException e =
        catchThrowableOfType(ImageFormatException.class, () -> flatten(layers));
    assertThat(e.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(e.subject()).isEqualTo("layer " + Digest.of(layers[layers.length - 1].bytes()));
    assertThat(e).hasMessageContaining("tar entry '").hasMessageContaining(message);
  }

  @Test
  void linksCannotMakePathsWithoutEnd() throws Exception {
    String deep = "d/".repeat(1000);
    LayerTar layer = layer();
    for (int i = 0; i < 5; i++) {
      layer.directory("l" + i + "/" + deep).symlink("l" + (i + 1), "l" + i + "/" + deep);
    }
    assertThat(catchThrowableOfType(ImageFormatException.class, () -> flatten(layer)))
        .hasMessageContaining("longer than 4096 bytes");
  }

  @Test
  void nothingIsLeftInTheSpoolOfALayerThatIsRefused() throws Exception {
    Path spool = Files.createDirectory(directory.resolve("spool"));
    WrittenLayer good =
        LayerWriter.write(Trees.everything(), Trees.EPOCH, Compression.GZIP, directory);
    Image image =
        new Image(
            Samples.CONFIG,
            ImmutableList.of(
                new LayerBlob(
                    good.digest(),
                    Digest.of(new byte[0]),
                    new FileContent.Slice(good.blob(), 0, good.size()))));
    assertThat(
            catchThrowableOfType(
                ImageFormatException.class, () -> LayerFlattener.flatten(image, spool)))
        .hasMessageContaining("its uncompressed bytes have " + good.diffId());
    assertThat(spool).isEmptyDirectory();
  }
}
