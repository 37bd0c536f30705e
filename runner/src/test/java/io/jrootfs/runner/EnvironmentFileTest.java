package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentFileTest {
  @TempDir Path directory;

  private List<String> read(String text) throws IOException {
    return EnvironmentFile.read(Files.writeString(directory.resolve("file"), text));
  }

  @Test
  void valuesStandAsTheyAre() throws IOException {
    assertThat(
            read(
                "A=1\n# comment\n\n   \nB=x \"y\" 'z' $A #no comment \n  C==\nD\nE=\nA=2\nexport=3"))
        .containsExactly(
            "A=1", "B=x \"y\" 'z' $A #no comment ", "C==", "D", "E=", "A=2", "export=3");
  }

  @Test
  void lineEndsAndMarksOfOtherSystemsAreNoPartOfAValue() throws IOException {
    assertThat(read("\ufeffA=1\r\nB=2\r\n\r\n")).containsExactly("A=1", "B=2");
  }

  @Test
  void emptyFileSaysNothing() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n\n#\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=x      | line 2: a variable has no name",
        "=       | line 2: a variable has no name",
        "a b=c   | line 2: the name 'a b' holds a space",
        "a =c    | line 2: the name 'a ' holds a space",
        "export a=c | line 2: the name 'export a' holds a space",
        "NUL=1\u0000x | line 2: holds a NUL character"
      })
  void lineThatIsNoVariableIsNamed(String line, String why) {
    assertThatThrownBy(() -> read("OK=1\n" + line + "\nOK=2\n"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(directory.resolve("file") + ": " + why);
  }

  @Test
  void whatIsNoTextOrNoFileIsRefused() throws IOException {
    Path file =
        Files.write(directory.resolve("latin"), "A=\u00e4".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> EnvironmentFile.read(file)).hasMessageEndingWith("is no UTF-8 text");
    assertThatThrownBy(() -> EnvironmentFile.read(directory))
        .hasMessage(
            directory + ": is a directory; environment variables are read from a file or a pipe");
    assertThatThrownBy(() -> EnvironmentFile.read(Path.of("/dev/zero")))
        .hasMessageContaining("is larger than the 6291456 bytes");
    assertThatThrownBy(() -> EnvironmentFile.read(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void moreThanAProgramCanBeGivenIsRefused() {
    assertThatThrownBy(() -> read("A=" + "x".repeat(6 << 20)))
        .hasMessageContaining("is larger than the 6291456 bytes");
  }
}
