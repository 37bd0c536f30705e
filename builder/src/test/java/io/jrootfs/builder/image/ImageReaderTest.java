package io.jrootfs.builder.image;

import static io.jrootfs.builder.image.LayerTar.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.primitives.Bytes;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
  private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

  @TempDir Path directory;

  private Image open(Path image) throws ImageFormatException, IOException {
    return open(image, ImageSelection.forThisMachine());
  }

  private Image open(Path image, ImageSelection selection)
      throws ImageFormatException, IOException {
    return ImageReader.open(image, selection, directory);
  }

  private Path archive(LayerTar members) throws IOException {
    return Files.write(Files.createTempFile(directory, "archive", ".tar"), members.bytes());
  }

  private ImageFormatException refusal(Path image) {
    return refusal(image, ImageSelection.forThisMachine());
  }

  private ImageFormatException refusal(Path image, ImageSelection selection) {
    ImageFormatException e =
        catchThrowableOfType(
            ImageFormatException.class,
            () -> LayerFlattener.flatten(open(image, selection), directory));
    assertThat(e).as("the refusal of " + image).isNotNull();
    assertThat(e.image()).isEqualTo(image);
    return e;
  }

  private static String sha256(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static String config(String architecture, String... diffIds) {
    return json(
        "{'architecture':'%s','os':'linux','rootfs':{'type':'layers','diff_ids':[%s]}}",
        architecture,
        List.of(diffIds).stream()
            .map(hex -> "\"sha256:" + hex + "\"")
            .reduce((a, b) -> a + "," + b)
            .orElse(""));
  }

  private static String json(String pattern, Object... arguments) {
    return String.format(pattern.replace('\'', '"'), arguments);
  }

  private static String descriptor(String mediaType, String blob) {
    return json(
        "{'mediaType':'%s','digest':'sha256:%s','size':%d",
        mediaType, sha256(blob), blob.getBytes(StandardCharsets.UTF_8).length);
  }

  private static LayerTar withBlob(LayerTar members, String blob) {
    return members.file("blobs/sha256/" + sha256(blob), blob);
  }

  private static String manifest(String config) {
    return json("{'config':%s},'layers':[]}", descriptor(MediaType.CONFIG, config));
  }

  private static String index(String... descriptors) {
    return "{\"manifests\":[" + String.join(",", descriptors) + "]}";
  }

  // Docker archives

  @Test
  void anOldDockerArchiveIsVerifiedByDiffIdsAndItsLinkedLayersAreFound() throws Exception {
    String tar = new String(layer().file("a", "1").bytes(), StandardCharsets.UTF_8);
    String config = config("amd64", sha256(tar), sha256(tar));
    LayerTar members =
        layer()
            .directory("one")
            .file("one/layer.tar", tar)
            .directory("two")
            .symlink("two/layer.tar", "../one/layer.tar")
            .file(sha256(config) + ".json", config)
            .file(
                "manifest.json",
                json(
                    "[{'Config':'%s.json','RepoTags':null,"
                        + "'Layers':['one/layer.tar','two/layer.tar']}]",
                    sha256(config)));
    Image image = open(archive(members));
    assertThat(image.layers()).hasSize(2);
    assertThat(LayerFlattenerTest.listing(LayerFlattener.flatten(image, directory)))
        .containsExactly("a=1");
  }

  @Test
  void aDiffIdThatIsNotTheLayersIsADigestMismatch() throws Exception {
    String tar = new String(layer().file("a", "1").bytes(), StandardCharsets.UTF_8);
    Path archive =
        archive(
            layer()
                .file("x/layer.tar", tar)
                .file("config", config("amd64", sha256("other")))
                .file("manifest.json", json("[{'Config':'config','Layers':['x/layer.tar']}]")));
    ImageFormatException e = refusal(archive);
    assertThat(e.kind()).isEqualTo(Kind.DIGEST_MISMATCH);
    assertThat(e).hasMessageContaining(sha256("other")).hasMessageContaining(sha256(tar));
  }

  @Test
  void aCompressedLayerOfADockerArchiveIsRead() throws Exception {
    byte[] tar = layer().file("a", "1").bytes();
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(tar);
    }
    Path members = Files.createDirectory(directory.resolve("members"));
    Files.write(members.resolve("l.tar.gz"), gzip.toByteArray());
    Files.writeString(members.resolve("c.json"), config("amd64", Digest.of(tar).hex()));
    Files.writeString(
        members.resolve("manifest.json"), json("[{'Config':'c.json','Layers':['l.tar.gz']}]"));
    Path archive = directory.resolve("image.tar");
    new ForeignTool(Files.createDirectory(directory.resolve("foreign")))
        .run("tar", "-C", members.toString(), "-cf", archive.toString(), ".");
    Image image = open(archive);
    assertThat(image.layers().get(0).digest()).isEqualTo(Digest.of(gzip.toByteArray()));
    assertThat(LayerFlattenerTest.listing(LayerFlattener.flatten(image, directory)))
        .containsExactly("a=1");
  }

  @ParameterizedTest
  @CsvSource({
    "b:1, arm64",
    "docker.io/library/b:1, arm64",
    "a, amd64",
    "a:latest, amd64",
  })
  void anImageOfADockerArchiveIsChosenByName(String reference, String architecture)
      throws Exception {
    assertThat(open(twoImages(), ImageSelection.named(reference)).config().platform())
        .hasToString("linux/" + architecture);
  }

  private Path twoImages() throws IOException {
    return archive(
        layer()
            .file("amd64", config("amd64"))
            .file("arm64", config("arm64"))
            .file(
                "manifest.json",
                json(
                    "[{'Config':'amd64','RepoTags':['a:latest'],'Layers':[]},"
                        + "{'Config':'arm64','RepoTags':['b:1'],'Layers':null}]")));
  }

  @Test
  void withoutANameTheFirstImageOfADockerArchiveIsMeant() throws Exception {
    assertThat(open(twoImages()).config().platform()).hasToString("linux/amd64");
  }

  @Test
  void aNameThatNoImageHasIsRefusedWithThoseThereAre() throws Exception {
    ImageFormatException e = refusal(twoImages(), ImageSelection.named("c"));
    assertThat(e.kind()).isEqualTo(Kind.NO_SUCH_NAME);
    assertThat(e).hasMessageContaining("a:latest, b:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "x/../../y", "escape", "absolute"})
  void aMemberNameThatLeadsOutOfTheArchiveIsNeverRead(String name) throws Exception {
    LayerTar members =
        layer()
            .symlink("escape", "../etc/passwd")
            .symlink("absolute", "/etc/passwd")
            .file("config", config("amd64", sha256("")))
            .file("manifest.json", json("[{'Config':'config','Layers':['%s']}]", name));
    // An absolute link is one inside the archive, where nothing is.
    assertThat(refusal(archive(members)).kind())
        .isEqualTo(name.equals("absolute") ? Kind.MISSING : Kind.UNSAFE_NAME);
    LayerTar configs =
        layer()
            .symlink("escape", "../etc/passwd")
            .symlink("absolute", "/etc/passwd")
            .file("manifest.json", json("[{'Config':'%s','Layers':[]}]", name));
    assertThat(refusal(archive(configs)).kind()).isIn(Kind.MISSING, Kind.UNSAFE_NAME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | MALFORMED | expected an array",
        "[] | MALFORMED | names no image",
        "[{}] | MALFORMED | Config is missing",
        "[{'Config':'c','Layers':['d']}] | MISSING | d: is referred to but missing",
        "[{'Config':'no','Layers':[]}] | MISSING | no: is referred to but missing",
        "[{'Config':'dir','Layers':[]}] | MISSING | dir: is referred to but missing",
        "[{'Config':'c','Layers':[]}] | MALFORMED | c: has 1 diff IDs for 0 layers",
        "[{'Config':'loop','Layers':[]}] | MALFORMED | a loop of links",
        "[{'Config':'big','Layers':[]}] | MALFORMED | a document may have 4194304",
      })
  void hostileDockerManifestsAreRefused(String manifest, Kind kind, String reason)
      throws Exception {
    String config = config("amd64", sha256("d"));
    ImageFormatException e =
        refusal(
            archive(
                layer()
                    .file("c", config)
                    .directory("dir")
                    .symlink("loop", "loop")
                    .file("big", " ".repeat(JsonDocument.MAX_SIZE + 1))
                    .file("manifest.json", manifest.replace('\'', '"'))));
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageContaining(reason);
  }

  @Test
  void aConfigurationNamedByItsDigestMustHaveIt() throws Exception {
    String name = sha256("other") + ".json";
    ImageFormatException e =
        refusal(
            archive(
                layer()
                    .file(name, config("amd64"))
                    .file("manifest.json", json("[{'Config':'%s','Layers':[]}]", name))));
    assertThat(e.kind()).isEqualTo(Kind.DIGEST_MISMATCH);
    assertThat(e.subject()).isEqualTo(name);
  }

  // OCI layouts

  private Path layout(String index, String... blobs) throws IOException {
    LayerTar members = layer().file("oci-layout", LAYOUT).file("index.json", index);
    for (String blob : blobs) {
      withBlob(members, blob);
    }
    return archive(members);
  }

  @Test
  void ofSeveralPlatformsTheWantedOneIsChosenThroughNestedIndexes() throws Exception {
    String amd64 = config("amd64");
    String arm64 = config("arm64");
    String nested =
        index(
            descriptor(MediaType.MANIFEST, manifest(amd64))
                + json(",'platform':{'os':'linux','architecture':'amd64'}}"),
            descriptor(MediaType.MANIFEST, manifest(arm64)) + "}",
            descriptor(MediaType.MANIFEST, "attestation")
                + json(",'platform':{'os':'unknown','architecture':'unknown'}}"));
    Path archive =
        layout(
            index(descriptor(MediaType.INDEX, nested) + "}"),
            nested,
            manifest(amd64),
            manifest(arm64),
            amd64,
            arm64);
    for (String architecture : List.of("amd64", "arm64")) {
      Platform wanted = new Platform("linux", architecture, "");
      assertThat(open(archive, demanded(wanted)).config().platform()).isEqualTo(wanted);
    }
    ImageFormatException e = refusal(archive, demanded(new Platform("linux", "riscv64", "")));
    assertThat(e.kind()).isEqualTo(Kind.NO_SUCH_PLATFORM);
    assertThat(e)
        .hasMessageContaining("no image for linux/riscv64, but for linux/amd64, linux/arm64");
  }

  private static ImageSelection demanded(Platform platform) {
    return ImageSelection.of(Optional.empty(), Optional.of(platform));
  }

  @Test
  void theOnlyImageIsRefusedIfAnotherMachineIsDemanded() throws Exception {
    Platform arm64 = new Platform("linux", "arm64", "");
    String config = config("s390x");
    Path oci =
        layout(
            index(descriptor(MediaType.MANIFEST, manifest(config)) + "}"),
            manifest(config),
            config);
    for (Path image : List.of(oci, twoImages())) {
      String is = open(image).config().platform().toString();
      assertThat(refusal(image, demanded(arm64)))
          .hasMessage(image + ": is an image for " + is + ", not for linux/arm64")
          .extracting(ImageFormatException::kind)
          .isEqualTo(Kind.NO_SUCH_PLATFORM);
      assertThat(open(image, demanded(Platform.parse(is))).config().platform()).hasToString(is);
    }
  }

  @Test
  void theOnlyImageIsTakenWhateverItIsForAndAnAttestationIsNone() throws Exception {
    String config = config("s390x");
    String attestation =
        descriptor(MediaType.MANIFEST, "attestation")
            + json(",'platform':{'os':'unknown','architecture':'unknown'}}");
    Path archive =
        layout(
            index(descriptor(MediaType.MANIFEST, manifest(config)) + "}", attestation),
            config,
            manifest(config));
    assertThat(open(archive).config().platform()).hasToString("linux/s390x");
  }

  @ParameterizedTest
  @CsvSource({"1.0, amd64", "example/b:2, arm64", "docker.io/example/b:2, arm64", "b, arm64"})
  void anImageOfALayoutIsChosenByTagOrName(String reference, String architecture) throws Exception {
    String amd64 = config("amd64");
    String arm64 = config("arm64");
    Path archive =
        layout(
            index(
                descriptor(MediaType.MANIFEST, manifest(amd64))
                    + json(",'annotations':{'%s':'1.0'}}", OciImages.REF_NAME),
                descriptor(MediaType.MANIFEST, manifest(arm64))
                    + json(
                        ",'annotations':{'%s':'b','%s':'docker.io/example/b:2'}}",
                        OciImages.REF_NAME, OciImages.CONTAINERD_NAME)),
            manifest(amd64),
            manifest(arm64),
            amd64,
            arm64);
    assertThat(open(archive, ImageSelection.named(reference)).config().platform())
        .hasToString("linux/" + architecture);
    assertThat(refusal(archive, ImageSelection.named("c")))
        .hasMessageContaining("1.0, docker.io/example/b:2");
  }

  @Test
  void indexesInIndexesWithoutEndAreNotFollowed() throws Exception {
    LayerTar members = layer().file("oci-layout", LAYOUT);
    String index = index();
    for (int i = 0; i < 200; i++) {
      withBlob(members, index);
      index = index(descriptor(MediaType.INDEX, index) + "}");
    }
    assertThat(refusal(archive(members.file("index.json", index))))
        .hasMessageContaining("more than 100 indexes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'imageLayoutVersion':'2.0.0'} | {'manifests':[]} | UNSUPPORTED | version 2.0.0",
        "{} | {'manifests':[]} | MALFORMED | imageLayoutVersion is missing",
        "{'imageLayoutVersion':'1.0.0'} | {'manifests':[]} | NO_SUCH_PLATFORM | holds no image",
        "{'imageLayoutVersion':'1.0.0'} | {} | MALFORMED | manifests is missing",
        "{'imageLayoutVersion':'1.0.0'} | {'manifests':[{'digest':'sha512:00','size':1}]} |"
            + " UNSUPPORTED | SHA-512",
        "{'imageLayoutVersion':'1.0.0'} | {'manifests':[{'digest':'sha256:../../x','size':1}]} |"
            + " MALFORMED | is no digest",
      })
  void hostileLayoutsAreRefused(String layout, String index, Kind kind, String reason)
      throws Exception {
    ImageFormatException e =
        refusal(
            archive(
                layer()
                    .file("oci-layout", layout.replace('\'', '"'))
                    .file("index.json", index.replace('\'', '"'))));
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageContaining(reason);
  }

  // What is no image

  @Test
  void whatIsNoImageIsRefusedWithTheReason() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "hello\n".repeat(1000));
    assertThat(refusal(text)).hasMessageContaining("neither an image archive nor a tar");
    Path empty = Files.createFile(directory.resolve("empty"));
    assertThat(refusal(empty)).hasMessageContaining("an empty file");
    Path zeros = Files.write(directory.resolve("zeros"), new byte[10240]);
    assertThat(refusal(zeros)).hasMessageContaining("without any entry");
    Path bzip2 = Files.writeString(directory.resolve("bzip2"), "BZh91AY&SY");
    assertThat(refusal(bzip2)).hasMessageContaining("bzip2; use gzip, xz or zstd");
    assertThat(refusal(directory))
        .hasMessageContaining("a directory without the file 'oci-layout'");
    assertThat(refusal(Path.of("/dev/null")))
        .hasMessageContaining("neither a file nor a directory");
    Path legacy = archive(layer().file("repositories", "{}"));
    assertThat(refusal(legacy)).hasMessageContaining("before docker 1.10");
    assertThatThrownBy(() -> open(directory.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void zstdMayBeginWithASkippableFrame() throws Exception {
    Path zstd = directory.resolve("rootfs.tar");
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, Compression.ZSTD, zstd);
    byte[] frame = {0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0};
    Files.write(zstd, Bytes.concat(frame, Files.readAllBytes(zstd)));
    assertThat(LayerFlattener.flatten(open(zstd), directory).all()).hasSize(11);
  }

  @Test
  void theKindOfAPathIsToldByItsContent() throws Exception {
    assertThat(ImageKind.of(twoImages())).isEqualTo(ImageKind.ARCHIVE);
    assertThat(ImageKind.of(layout(index()))).isEqualTo(ImageKind.ARCHIVE);
    assertThat(ImageKind.of(archive(layer().file("etc/issue", ""))))
        .isEqualTo(ImageKind.ROOTFS_TAR);
    Path tree = Files.createDirectory(directory.resolve("tree"));
    assertThatThrownBy(() -> ImageKind.of(tree)).hasMessageContaining("an empty directory");
    Files.createDirectory(tree.resolve("bin"));
    assertThat(ImageKind.of(tree)).isEqualTo(ImageKind.ROOTFS_DIRECTORY);
    Files.createDirectory(tree.resolve("blobs"));
    Files.writeString(tree.resolve("index.json"), "{}");
    assertThatThrownBy(() -> ImageKind.of(tree)).hasMessageContaining("'oci-layout' is missing");
    Files.writeString(tree.resolve("oci-layout"), LAYOUT);
    assertThat(ImageKind.of(tree)).isEqualTo(ImageKind.LAYOUT);
    assertThatThrownBy(() -> ImageKind.of(directory.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
