package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.rootfs.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredBytesTest {
  private static final int OFFSET = 1536;

  @TempDir Path directory;

  /** Nothing, less than a piece of memory, exactly one, more than all of them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, (128 << 10) - 1, 128 << 10, (128 << 10) + 1, (3 << 20) + 17})
  void theDigestIsThatOfTheSliceAndOfItsCopy(int size) throws IOException {
    byte[] bytes = new byte[OFFSET + size + 100];
    new Random(size).nextBytes(bytes);
    FileContent.Slice stored =
        new FileContent.Slice(Files.write(directory.resolve("stored"), bytes), OFFSET, size);
    byte[] content = Arrays.copyOfRange(bytes, OFFSET, OFFSET + size);
    Path copy = Files.createFile(directory.resolve("copy"));
    try (FileOutput out = FileOutput.open(copy, StandardOpenOption.WRITE)) {
      assertThat(StoredBytes.copy(stored, out)).isEqualTo(Digest.of(content));
    }
    assertThat(copy).hasBinaryContent(content);
    assertThat(StoredBytes.digest(stored)).isEqualTo(Digest.of(content));
  }

  @Test
  void aFileThatHasShrunkIsNamed() throws IOException {
    Path file = Files.write(directory.resolve("stored"), new byte[1000]);
    assertThatThrownBy(() -> StoredBytes.digest(new FileContent.Slice(file, 10, 1000)))
        .isInstanceOf(EOFException.class)
        .hasMessage(file + ": ended 10 bytes early; it changed while read");
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path file = Files.write(directory.resolve("stored"), new byte[1000]);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThatThrownBy(() -> StoredBytes.digest(new FileContent.Slice(link, 0, 1000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("symbolic link");
  }
}
