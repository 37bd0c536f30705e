package io.jrootfs.builder.elf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever the windows are, what is read is what stands there. */
class ElfInputTest {
  private static final int READS = 20_000;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 16383, 16384, 16385, 32768, 50_000, 70_001})
  void readsAreTheFilesBytesAcrossTheBordersOfWindows(int size) throws Exception {
    Random random = new Random(size);
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    Path file = Files.write(directory.resolve("file"), bytes);
    try (SeekableByteChannel channel = FileChannel.open(file)) {
      ElfInput input = new ElfInput("file", channel);
      for (int i = 0; i < READS; i++) {
        int offset = random.nextInt(size);
        int length = random.nextInt(Math.min(ElfInput.WINDOW, size - offset) + 1);
        assertThat(copy(input.at("field", offset, length)))
            .as("%d bytes at %d", length, offset)
            .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
      }
      assertThatThrownBy(() -> input.at("field", size - 1, 2))
          .isInstanceOf(MalformedElfException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16370, 16383, 16384, 32700, 32767})
  void namesGoAcrossThemToo(int offset) throws IOException, MalformedElfException {
    byte[] bytes = new byte[50_000];
    String name = "a_name_of_some_length".repeat(20);
    System.arraycopy(name.getBytes(US_ASCII), 0, bytes, offset, name.length());
    Path file = Files.write(directory.resolve("file"), bytes);
    try (SeekableByteChannel channel = FileChannel.open(file)) {
      ElfInput input = new ElfInput("file", channel);
      assertThat(input.name("field", offset, bytes.length - offset)).isEqualTo(name);
    }
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }
}
