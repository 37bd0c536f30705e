package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.TarMember;
import io.jrootfs.builder.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers and archives are the same each time, complete or not there at all. */
class OutputTest {
  @TempDir Path directory;
  private Path work;
  private Path place;

  @BeforeEach
  void makeDirectories() throws IOException {
    work = Files.createDirectory(directory.resolve("work"));
    place = Files.createDirectory(directory.resolve("place"));
  }

  @ParameterizedTest
  @EnumSource
  void twoWritesAreByteIdentical(Compression compression) throws IOException {
    Path first = place.resolve("first.tar");
    Path second = place.resolve("second.tar");
    assertThat(Samples.write(first, compression, work, Trees.everything()).imageId())
        .isEqualTo(Samples.write(second, compression, work, Trees.everything()).imageId());
    assertThat(first).hasSameBinaryContentAs(second);
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, compression, first);
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, compression, second);
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @ParameterizedTest
  @EnumSource
  void aLayersDigestsAreThoseOfItsBytes(Compression compression) throws IOException {
    WrittenLayer layer = LayerWriter.write(Trees.everything(), Trees.EPOCH, compression, work);
    assertThat(layer.blob()).hasSize(layer.size()).hasParent(work);
    assertThat(layer.digest()).isEqualTo(Digest.of(Files.readAllBytes(layer.blob())));
    WrittenLayer plain = LayerWriter.write(Trees.everything(), Trees.EPOCH, Compression.NONE, work);
    assertThat(plain.diffId()).isEqualTo(layer.diffId()).isEqualTo(plain.digest());
    if (compression != Compression.NONE) {
      FileContent.Slice stored = new FileContent.Slice(layer.blob(), 0, layer.size());
      Path tar = Files.createFile(place.resolve("layer.tar"));
      try (FileOutput out = FileOutput.open(tar, StandardOpenOption.WRITE)) {
        Decompression passed = Decompression.pass(stored, StoredFormat.of(stored), out);
        assertThat(passed).isEqualTo(new Decompression(layer.digest(), layer.diffId(), ""));
      }
      assertThat(tar).hasSameBinaryContentAs(plain.blob());
    }
  }

  @Test
  void anArchiveCanBeReadByWhomTheUmaskLets() throws IOException {
    Path output = place.resolve("image.tar");
    Samples.write(output, Compression.NONE, work, Trees.everything());
    Path plain = Files.createFile(place.resolve("plain"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
        .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)));
  }

  /** A tree with a file that is gone when it is to be read. */
  private Rootfs unreadable() {
    return Rootfs.of(
        List.of(
            new RootfsEntry.Directory(RootfsPath.ROOT, Trees.mode(0755)),
            new RootfsEntry.RegularFile(
                RootfsPath.of("/gone"),
                Trees.mode(0644),
                new FileContent.Slice(directory.resolve("gone"), 0, 1))));
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatCannotBeReadLeavesNothingNewAndTheOldFileAsItWas(Compression compression)
      throws IOException {
    assertThatThrownBy(() -> LayerWriter.write(unreadable(), 0, compression, work))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone");
    assertThat(work).isEmptyDirectory();
    Path output = Files.writeString(place.resolve("rootfs.tar"), "old");
    assertThatThrownBy(() -> RootfsArchive.write(unreadable(), 0, compression, output))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone");
    assertThat(output).hasContent("old");
    assertThat(place).isDirectoryContaining(output::equals).isDirectoryNotContaining("glob:**.tmp");
  }

  @ParameterizedTest
  @EnumSource
  void aFullDiskIsNamedWithTheFileAndNothingIsLeft(Compression compression) throws Exception {
    ForeignTool mount = new ForeignTool(Files.createDirectory(directory.resolve("foreign")));
    mount.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place.toString());
    try {
      assertThatThrownBy(
              () ->
                  RootfsArchive.write(
                      Trees.everything(), Trees.EPOCH, compression, place.resolve("full.tar")))
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(place.toString())
          .hasMessageEndingWith("write: No space left on device");
      assertThat(place).isEmptyDirectory();
      assertThatThrownBy(
              () -> LayerWriter.write(Trees.everything(), Trees.EPOCH, compression, place))
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(place.toString())
          .hasMessageEndingWith("write: No space left on device");
      assertThat(place).isEmptyDirectory();
      WrittenLayer layer = LayerWriter.write(Trees.everything(), Trees.EPOCH, compression, work);
      Image image =
          new Image(
              directory,
              Samples.CONFIG,
              ImmutableList.of(
                  new LayerBlob(
                      layer.digest(),
                      layer.diffId(),
                      new FileContent.Slice(layer.blob(), 0, layer.size()))));
      if (compression != Compression.NONE) {
        assertThatThrownBy(() -> LayerFlattener.flatten(image, place))
            .isInstanceOf(FileSystemException.class)
            .hasMessageEndingWith("write: No space left on device");
        assertThat(place).isEmptyDirectory();
      }
    } finally {
      mount.run("umount", place.toString());
    }
  }

  @Test
  void anOlderFileIsThereUntilTheCommit() throws IOException {
    Path output = Files.writeString(place.resolve("out"), "old");
    try (PendingFile file = PendingFile.replacing(output)) {
      file.stream().write("new".getBytes(StandardCharsets.UTF_8));
      assertThat(output).hasContent("old");
      file.commit();
      assertThat(output).hasContent("new");
    }
    assertThat(output).hasContent("new");
    assertThat(place.toFile().list()).containsExactly("out");
  }

  @Test
  void withoutACommitTheOlderFileStays() throws IOException {
    Path output = Files.writeString(place.resolve("out"), "old");
    try (PendingFile file = PendingFile.replacing(output)) {
      file.stream().write(1);
    }
    assertThat(output).hasContent("old");
    assertThat(place.toFile().list()).containsExactly("out");
  }

  @Test
  void aLinkIsKeptAndTheFileItLeadsToReplaced() throws IOException {
    Path target = Files.writeString(place.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    try (PendingFile file = PendingFile.replacing(link)) {
      file.commit();
    }
    assertThat(link).isSymbolicLink();
    assertThat(target).isEmptyFile();
  }

  @Test
  void placesWhereNoFileCanBeAreNamed() {
    assertThatThrownBy(() -> PendingFile.replacing(place))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(place + ": cannot be written: it is a directory; name a file");
    assertThatThrownBy(() -> PendingFile.replacing(Path.of("/dev/null")))
        .hasMessage("/dev/null: cannot be written: it is not a regular file; name a file");
    Path noDirectory = place.resolve("no/out");
    assertThatThrownBy(() -> PendingFile.replacing(noDirectory))
        .hasMessage(
            noDirectory
                + ": cannot be written: its directory "
                + place.resolve("no")
                + " does not exist; create it first");
    assertThatThrownBy(() -> PendingFile.replacing(Path.of("/proc/out.tar")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(
            "/proc/out.tar: cannot be written: no file can be created in /proc: ");
  }

  @Test
  void theMembersOfAnArchiveAreFiledUnderTheirDigests() throws Exception {
    Path output = place.resolve("image.tar");
    Samples.write(output, Compression.GZIP, work, Trees.everything());
    int blobs = 0;
    for (TarMember member : TarReader.read(output)) {
      if (member.entry() instanceof RootfsEntry.RegularFile file
          && member.name().startsWith("blobs/sha256/")) {
        try (InputStream in = file.content().open()) {
          assertThat(Digest.of(in.readAllBytes()).hex()).isEqualTo(file.path().fileName());
        }
        blobs++;
      }
    }
    assertThat(blobs).isEqualTo(3);
  }
}
