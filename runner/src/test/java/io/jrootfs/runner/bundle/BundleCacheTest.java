package io.jrootfs.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.namespace.IdMappings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCacheTest {
  private static final OwnerMode OURS = new OwnerMode(false, IdMappings.IDENTITY, "ours");

  @TempDir Path work;
  private Path image;
  private final List<Path> unpacked = new ArrayList<>();

  @BeforeEach
  void makeImage() throws Exception {
    Path rootfs = Files.createDirectories(work.resolve("rootfs/etc"));
    Files.writeString(rootfs.resolve("passwd"), "root:x:0:0::/root:/bin/sh\n");
    image = work.resolve("image.tar");
    tar(image);
  }

  private void tar(Path to) throws Exception {
    int status =
        new ProcessBuilder(
                "tar", "-C", work.resolve("rootfs").toString(), "-cf", to.toString(), ".")
            .inheritIO()
            .start()
            .waitFor();
    assertThat(status).isZero();
  }

  /** A day later nobody can have changed the image within the same tick of the clock. */
  private BundleCache cache(OwnerMode owners, Duration later) {
    return new BundleCache(
        Optional.of(work.resolve("cache")),
        TemporaryPlaces.none(),
        owners,
        Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC));
  }

  private Bundle open(Path opened) throws Exception {
    return cache(OURS, Duration.ofDays(1)).open(opened, unpacked::add);
  }

  private List<String> list(String directory) throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("cache").resolve(directory))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void imageIsUnpackedOnceAndRemembered() throws Exception {
    Bundle first = open(image);
    assertThat(first.root().resolve("etc/passwd")).hasContent("root:x:0:0::/root:/bin/sh\n");
    assertThat(first.accounts().passwd()).isEqualTo("root:x:0:0::/root:/bin/sh\n");
    assertThat(first.name()).matches("[0-9a-f]{12}");
    assertThat(open(image)).isEqualTo(first);
    assertThat(unpacked).containsExactly(image);
    assertThat(list("bundles")).hasSize(1).allMatch(name -> name.matches("[0-9a-f]{64}"));
    assertThat(list("index")).hasSize(1).allMatch(name -> name.endsWith(".json"));
    assertThat(list("mnt")).isEmpty();
  }

  @Test
  void imageChangedInPlaceIsNoticed() throws Exception {
    Bundle first = open(image);
    FileTime time = Files.getLastModifiedTime(image);
    Files.writeString(work.resolve("rootfs/etc/passwd"), "xoot:x:0:0::/root:/bin/sh\n");
    tar(image);
    Files.setLastModifiedTime(image, time);
    assertThat(open(image).accounts().passwd()).startsWith("xoot");
    assertThat(open(image).root()).isNotEqualTo(first.root());
  }

  @Test
  void imageThatMayStillChangeUnseenIsReadAgain() throws Exception {
    BundleCache now = cache(OURS, Duration.ZERO);
    now.open(image, unpacked::add);
    assertThat(list("index")).isEmpty();
    now.open(image, unpacked::add);
    assertThat(unpacked).hasSize(2);
    assertThat(list("bundles")).hasSize(1);
  }

  @Test
  void anotherFileWithTheSameContentSharesTheTree() throws Exception {
    Path copy = Files.copy(image, work.resolve("copy.tar"));
    assertThat(open(copy).root()).isEqualTo(open(image).root());
    assertThat(list("bundles")).hasSize(1);
  }

  @Test
  void otherOwnersAreAnotherTree() throws Exception {
    Bundle ours = open(image);
    Bundle theirs =
        cache(new OwnerMode(false, IdMappings.IDENTITY, "theirs"), Duration.ofDays(1))
            .open(image, unpacked::add);
    assertThat(theirs.root()).isNotEqualTo(ours.root());
    assertThat(unpacked).hasSize(2);
  }

  @Test
  void treeThatWasRemovedIsUnpackedAgain() throws Exception {
    Bundle bundle = open(image);
    MoreFiles.deleteRecursively(bundle.root().getParent(), RecursiveDeleteOption.ALLOW_INSECURE);
    assertThat(open(image)).isEqualTo(bundle);
    assertThat(bundle.root().resolve("etc/passwd")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "{\"format\":1}",
        "{\"format\":1,\"diffIds\":[null],\"os\":\"\",\"architecture\":\"\",\"variant\":\"\",\"user\":\"\","
            + "\"exposedPorts\":[],\"env\":[],\"entrypoint\":[],\"cmd\":[],\"volumes\":[],"
            + "\"workingDir\":\"\",\"labels\":{},\"stopSignal\":\"\"}",
        "{\"format\":2,\"diffIds\":[],\"os\":\"\",\"architecture\":\"\",\"variant\":\"\",\"user\":\"\","
            + "\"exposedPorts\":[],\"env\":[],\"entrypoint\":[],\"cmd\":[],\"volumes\":[],"
            + "\"workingDir\":\"\",\"labels\":{},\"stopSignal\":\"\"}",
        "{\"format\":1,\"diffIds\":[\"sha256:x\"],\"os\":\"\",\"architecture\":\"\",\"variant\":\"\","
            + "\"user\":\"\",\"exposedPorts\":[],\"env\":[],\"entrypoint\":[],\"cmd\":[],"
            + "\"volumes\":[],\"workingDir\":\"\",\"labels\":{},\"stopSignal\":\"\"}"
      })
  void damagedIndexEntryIsReplaced(String content) throws Exception {
    Bundle first = open(image);
    Path entry = work.resolve("cache/index").resolve(list("index").get(0));
    String good = Files.readString(entry);
    Files.writeString(entry, content);
    assertThat(open(image)).isEqualTo(first);
    assertThat(entry).hasContent(good);
  }

  @Test
  void directoryIsTakenWhereItIs() throws Exception {
    Bundle bundle = open(work.resolve("rootfs"));
    assertThat(bundle.root()).isEqualTo(work.resolve("rootfs").toRealPath());
    assertThat(bundle.name()).isEqualTo(open(work.resolve("rootfs")).name());
    assertThat(unpacked).isEmpty();
    assertThat(list("bundles")).isEmpty();
  }

  @Test
  void previewKnowsThePlaceAndMakesNothing() throws Exception {
    BundleCache cache = cache(OURS, Duration.ofDays(1));
    BundleCache.Preview before = cache.preview(image);
    assertThat(before.makes()).isTrue();
    assertThat(work.resolve("cache")).doesNotExist();
    Bundle opened = cache.open(image, unpacked::add);
    assertThat(before.bundle()).isEqualTo(opened);
    assertThat(cache.preview(image))
        .isEqualTo(new BundleCache.Preview(opened, false, before.why()));
  }

  @Test
  void whatIsNoImageLeavesNothing() throws Exception {
    Path text = Files.writeString(work.resolve("text"), "not an image");
    assertThatThrownBy(() -> open(text)).isInstanceOf(ImageFormatException.class);
    assertThat(list("bundles")).isEmpty();
    assertThat(list("index")).isEmpty();
  }

  @Test
  void previewOfAKnownImageDoesNotReadItAgain() throws Exception {
    BundleCache cache = cache(OURS, Duration.ofDays(1));
    Bundle opened = cache.open(image, unpacked::add);
    Path entry = work.resolve("cache/index").resolve(list("index").get(0));
    Files.writeString(
        entry, Files.readString(entry).replace("\"workingDir\":\"\"", "\"workingDir\":\"/x\""));
    assertThat(cache.preview(image).bundle().config().workingDir()).isEqualTo("/x");
    assertThat(cache.preview(image).bundle().root()).isEqualTo(opened.root());
  }

  @Test
  void whatAFileHoldsForWhoWantsAnotherImageIsNotRemembered() throws Exception {
    Path directory = Files.createDirectory(work.resolve("index"));
    FileIdentity identity = FileIdentity.of(image);
    Platform arm = new Platform("linux", "arm", "");
    ImageIndex.Known known = new ImageIndex.Known(ImageConfig.empty(arm), ImmutableList.of());
    ImageSelection wanted = new ImageSelection(Optional.of("example/a:1"), arm, false);
    new ImageIndex(directory, wanted).store(identity, known);
    assertThat(new ImageIndex(directory, wanted).find(identity)).hasValue(known);
    for (ImageSelection other :
        List.of(
            new ImageSelection(Optional.empty(), arm, false),
            new ImageSelection(Optional.of("example/b:1"), arm, false),
            new ImageSelection(wanted.reference(), new Platform("linux", "arm", "v7"), false),
            new ImageSelection(wanted.reference(), new Platform("linux", "amd64", ""), false))) {
      assertThat(new ImageIndex(directory, other).find(identity)).as(other.toString()).isEmpty();
    }
  }

  @Test
  void theOnlyImageIsNotRememberedForWhoDemandsAnotherMachine() throws Exception {
    Path directory = Files.createDirectory(work.resolve("index"));
    FileIdentity identity = FileIdentity.of(image);
    Platform arm = new Platform("linux", "arm", "v7");
    Platform amd64 = new Platform("linux", "amd64", "");
    ImageIndex.Known known = new ImageIndex.Known(ImageConfig.empty(arm), ImmutableList.of());
    ImageSelection any = new ImageSelection(Optional.empty(), amd64, false);
    new ImageIndex(directory, any).store(identity, known);
    assertThat(new ImageIndex(directory, any).find(identity)).hasValue(known);
    ImageSelection demanded = ImageSelection.of(Optional.empty(), Optional.of(amd64));
    assertThat(new ImageIndex(directory, demanded).find(identity)).isEmpty();
  }

  @Test
  void cacheThatCannotBeMadeSaysWhatItIsForAndWhatToDo() throws Exception {
    Files.writeString(work.resolve("cache"), "in the way");
    assertThatThrownBy(() -> open(image))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(image + ": cannot be made ready anywhere")
        .hasMessageContaining("the cache " + work.resolve("cache") + ": it cannot be created")
        .hasMessageContaining("JRUN_CACHE_DIR");
  }
}
