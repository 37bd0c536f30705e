package io.jrootfs.builder.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
  @Property
  void noTwoNamesAreOne(@ForAll @Size(max = 8) byte[] first, @ForAll @Size(max = 8) byte[] second) {
    boolean areSame = Arrays.equals(first, second);
    assertThat(FileNames.decode(first).equals(FileNames.decode(second))).isEqualTo(areSame);
  }

  @Property
  void whatIsUtf8IsItself(@ForAll byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean isUtf8 = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    assertThat(FileNames.isUtf8(FileNames.decode(bytes))).isEqualTo(isUtf8);
    if (isUtf8) {
      assertThat(FileNames.decode(bytes)).isEqualTo(text);
    }
  }

  @Test
  void bytesLeadToTheirFileAndBack(@TempDir Path directory) throws Exception {
    String name = FileNames.decode(new byte[] {'l', (byte) 0xff, '%', (byte) 0xc3, (byte) 0xa9});
    Path file = FileNames.in(directory, name);
    Files.writeString(file, "there");
    assertThat(FileNames.of(file.getFileName())).isEqualTo(name);
    assertThat(Files.exists(directory.resolve("l"))).isFalse();
    assertThat(Printable.of(name)).isEqualTo("l\\xff%\u00e9");
  }

  /** JSON can escape them alone; they are no bytes, least of all such as a path is made of. */
  @Test
  void halvesOfCharactersAreNoBytes() {
    assertThat(FileNames.isUtf8("\udc2e\udc2f\udc00")).isTrue();
    assertThat(FileNames.isUtf8("\udcff")).isFalse();
  }

  @Test
  void whatSteersATerminalIsWrittenOut() {
    assertThat(Printable.of("a\u001b[1m\nb\u009b\u007f")).isEqualTo("a\\x1b[1m\\x0ab\\x9b\\x7f");
    String plain = "plain \u00e9 \ud83d\ude00";
    assertThat(Printable.of(plain)).isSameAs(plain);
  }
}
